using System.Text;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Values;

namespace Yyc3.Connectors.MongoDb.Records;

/// <summary>A value with its type, kept beyond the answer that it came in.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Bytes">Its bytes as they are on the wire.</param>
internal readonly record struct BsonValue(BsonType Type, byte[] Bytes)
{
    public static BsonValue Null => new(BsonType.Null, []);

    /// <summary>Finds a field of a document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="path">Its name, with dots for a field inside another.</param>
    /// <returns>The value; null when there is none.</returns>
    public static BsonValue At(ReadOnlySpan<byte> document, string path)
    {
        var names = path.Split('.');
        for (var index = 0; ; index++)
        {
            var reader = new BsonReader(document);
            if (!reader.Find(Encoding.UTF8.GetBytes(names[index])))
            {
                return Null;
            }

            if (index == names.Length - 1)
            {
                return new BsonValue(reader.Type, reader.Value.ToArray());
            }

            if (reader.Type != BsonType.Document)
            {
                return Null;
            }

            document = reader.Value;
        }
    }

    /// <summary>As canonical extended JSON, from which it can be read again exactly.</summary>
    public string ToJson() => BsonValues.Json(Type, Bytes, isCanonical: true);
}
