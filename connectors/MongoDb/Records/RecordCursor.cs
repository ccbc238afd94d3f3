using System.Text;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Json;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.MongoDb.Records;

/// <summary>Where the reading of a collection goes on: behind an id, or behind a moment and an id.</summary>
/// <param name="Moment">
/// Last value of the modified-at field; null when reading all, a BSON null when nothing had changed yet.
/// </param>
/// <param name="Id">Last <c>_id</c>; null to begin with the moment itself and what lies shortly before it.</param>
internal sealed record RecordCursor(BsonValue? Moment, BsonValue? Id)
{
    /// <summary>Canonical extended JSON: every value keeps its type.</summary>
    public string Write()
    {
        var text = new StringBuilder("{");
        if (Moment is { } moment)
        {
            text.Append("\"m\":").Append(moment.ToJson());
        }

        if (Id is { } id)
        {
            text.Append(Moment is null ? "" : ",").Append("\"k\":").Append(id.ToJson());
        }

        return text.Append('}').ToString();
    }

    /// <exception cref="ConnectorException">It is not one of ours.</exception>
    public static RecordCursor OfAll(string text) =>
        Read(text) is { Moment: null, Id: not null } cursor ? cursor : throw Foreign();

    /// <exception cref="ConnectorException">It is not one of ours.</exception>
    public static RecordCursor OfChanges(string? text) =>
        Read(text ?? "") is { Moment: not null } cursor ? cursor : throw Foreign();

    private static ConnectorException Foreign() =>
        ConnectorException.Invalid("cursor", "is not a cursor of this resource");

    private static RecordCursor Read(string text)
    {
        var document = new BsonWriter();
        try
        {
            new ExtendedJsonReader(document, "cursor", binder: null).Document(text);
        }
        catch (ConnectorException)
        {
            throw Foreign();
        }

        var (moment, id) = (default(BsonValue?), default(BsonValue?));
        var reader = new BsonReader(document.Written);
        while (reader.Read())
        {
            var value = new BsonValue(reader.Type, reader.Value.ToArray());
            switch (Encoding.UTF8.GetString(reader.Name))
            {
                case "m":
                    moment = value;
                    break;
                case "k":
                    id = value;
                    break;
                default:
                    throw Foreign();
            }
        }

        return new RecordCursor(moment, id);
    }
}
