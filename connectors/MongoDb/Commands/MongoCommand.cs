using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Json;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.MongoDb.Commands;

/// <summary>A statement whose parameters are bound and that has been judged.</summary>
/// <param name="Name">The command: <c>find</c>, <c>insert</c> …</param>
/// <param name="Document">The command document as BSON.</param>
/// <param name="Statement">What the caller gave.</param>
/// <param name="Field">Dotted path of its text, for errors.</param>
/// <param name="IsQuery">Whether it may only read.</param>
internal sealed record MongoCommand(
    string Name,
    ReadOnlyMemory<byte> Document,
    DbStatement Statement,
    string Field,
    bool IsQuery
)
{
    /// <summary>Whether its answer is a cursor.</summary>
    public bool HasCursor => Name is "find" or "aggregate" or "listCollections" or "listIndexes";

    public static MongoCommand Read(DbStatement statement, string field, bool isQuery)
    {
        var writer = new BsonWriter();
        var binder = new ParameterBinder(statement.Parameters, field);
        new ExtendedJsonReader(writer, field, binder).Command(statement.Text);
        binder.RequireAllUsed();

        // What is judged is what is sent: parameters are in it already.
        var guard = new CommandGuard(field, isQuery);
        return new MongoCommand(guard.Check(writer.Written), writer.Memory, statement, field, isQuery);
    }
}
