using Yyc3.Connectors.Database.Tests.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Commands;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Commands;

/// <summary>Statements as they are read before a server is asked.</summary>
internal static class Reading
{
    /// <summary>The command with its parameters in place, as canonical extended JSON.</summary>
    public static string Bound(bool isQuery, string text, params (string Name, DbValue Value)[] parameters) =>
        BsonCorpus.ToJson(Read(isQuery, text, parameters).Document.Span, isCanonical: true);

    public static ConnectorException Refused(
        bool isQuery,
        string text,
        params (string Name, DbValue Value)[] parameters
    ) => Assert.Throws<ConnectorException>(() => Read(isQuery, text, parameters));

    public static MongoCommand Read(bool isQuery, string text, params (string Name, DbValue Value)[] parameters) =>
        MongoCommand.Read(
            new DbStatement(text)
            {
                Parameters = parameters.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal),
            },
            isQuery ? "query" : "command",
            isQuery
        );
}
