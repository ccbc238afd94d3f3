using System.Buffers.Binary;
using System.Text;
using Yyc3.Connectors.MongoDb.Bson;

namespace Yyc3.Connectors.MongoDb.Records;

/// <summary>
/// Conditions for documents behind a place in the server's order. A comparison finds values of the same type only, so those
/// of the types that come later in that order are asked for beside it.
/// </summary>
/// <param name="writer">Where to write.</param>
internal readonly struct RecordFilter(BsonWriter writer)
{
    private const long Overlap = 60;
    private const long MostSeconds = 100_000_000_000;

    /// <summary>The server's order, by its names of the types.</summary>
    private static readonly (string Name, BsonType[] Types)[] Order =
    [
        ("null", [BsonType.Null, BsonType.Undefined]),
        ("number", [BsonType.Int32, BsonType.Int64, BsonType.Double, BsonType.Decimal128]),
        ("string", [BsonType.String, BsonType.Symbol]),
        ("symbol", [BsonType.String, BsonType.Symbol]),
        ("object", [BsonType.Document]),
        ("array", [BsonType.Array]),
        ("binData", [BsonType.Binary]),
        ("objectId", [BsonType.ObjectId]),
        ("bool", [BsonType.Boolean]),
        ("date", [BsonType.Date]),
        ("timestamp", [BsonType.Timestamp]),
        ("regex", [BsonType.RegularExpression]),
        ("dbPointer", [BsonType.DbPointer]),
        ("javascript", [BsonType.JavaScript]),
        ("javascriptWithScope", [BsonType.JavaScriptWithScope]),
        ("maxKey", [BsonType.MaxKey]),
    ];

    /// <summary>Documents with an id behind one.</summary>
    public void BehindId(BsonValue id)
    {
        var alternatives = writer.Begin(BsonType.Array, "$or"u8);
        Behind("_id", "$gt"u8, id, first: 0);
        writer.End(alternatives);
    }

    /// <summary>Documents with one of these ids, and behind one if an answer has ended there.</summary>
    public void WithIds(IReadOnlyList<BsonValue> ids, BsonValue? behind)
    {
        var condition = writer.Begin(BsonType.Document, "_id"u8);
        var list = writer.Begin(BsonType.Array, "$in"u8);
        for (var index = 0; index < ids.Count; index++)
        {
            writer.Raw(ids[index].Type, Index(index), ids[index].Bytes);
        }

        writer.End(list);
        writer.End(condition);
        if (behind is { } id)
        {
            BehindId(id);
        }
    }

    /// <summary>Documents that changed behind a moment and an id.</summary>
    public void BehindChange(string field, BsonValue moment, BsonValue id)
    {
        var alternatives = writer.Begin(BsonType.Array, "$or"u8);
        var next = Behind(field, "$gt"u8, moment, first: 0);
        var same = writer.Begin(BsonType.Document, Index(next));
        Compare(field, "$eq"u8, moment);
        BehindId(id);
        writer.End(same);
        writer.End(alternatives);
    }

    /// <summary>Documents that changed at a moment, shortly before it, or later.</summary>
    public void Since(string field, BsonValue moment)
    {
        if (moment.Type == BsonType.Null)
        {
            Compare(field, "$ne"u8, moment);
            return;
        }

        var alternatives = writer.Begin(BsonType.Array, "$or"u8);
        Behind(field, "$gte"u8, Before(moment), first: 0);
        writer.End(alternatives);
    }

    private static byte[] Index(int index) => Encoding.UTF8.GetBytes(BsonWriter.Index(index));

    private int Behind(string field, ReadOnlySpan<byte> comparison, BsonValue value, int first)
    {
        var one = writer.Begin(BsonType.Document, Index(first++));
        if (IsNaN(value))
        {
            // It is the least number, but nothing compares with it.
            Compare(field, "$gte"u8, Double(double.NegativeInfinity));
        }
        else
        {
            Compare(field, comparison, value);
        }

        writer.End(one);
        var later = Later(value.Type);
        if (later.Count > 0)
        {
            var other = writer.Begin(BsonType.Document, Index(first++));
            var condition = writer.Begin(BsonType.Document, Encoding.UTF8.GetBytes(field));
            var types = writer.Begin(BsonType.Array, "$type"u8);
            for (var index = 0; index < later.Count; index++)
            {
                writer.String(Index(index), later[index]);
            }

            writer.End(types);
            writer.End(condition);
            writer.End(other);
        }

        return first;
    }

    private void Compare(string field, ReadOnlySpan<byte> comparison, BsonValue value)
    {
        var condition = writer.Begin(BsonType.Document, Encoding.UTF8.GetBytes(field));
        writer.Raw(value.Type, comparison, value.Bytes);
        writer.End(condition);
    }

    private static List<string> Later(BsonType type)
    {
        var last = System.Array.FindLastIndex(Order, group => group.Types.Contains(type));
        return [.. Order.Skip(last + 1).Select(group => group.Name)];
    }

    private static bool IsNaN(BsonValue value) =>
        value.Type switch
        {
            BsonType.Double => double.IsNaN(BsonReader.Double(value.Bytes)),
            BsonType.Decimal128 => value.ToJson().Contains("NaN", StringComparison.Ordinal),
            _ => false,
        };

    /// <summary>A minute before a moment, as far as the value says what a minute is; numbers are seconds or milliseconds.</summary>
    private static BsonValue Before(BsonValue moment) =>
        moment.Type switch
        {
            BsonType.Date => Int64(BsonType.Date, BsonReader.Int64(moment.Bytes) - (Overlap * 1000)),
            BsonType.Timestamp => Int64(
                BsonType.Timestamp,
                Math.Max(0, BsonReader.Int64(moment.Bytes) - (Overlap << 32))
            ),
            BsonType.Int32 or BsonType.Int64 => Int64(
                BsonType.Int64,
                BsonReader.Number(moment.Type, moment.Bytes) is var whole && IsSeconds(whole)
                    ? whole - Overlap
                    : whole - (Overlap * 1000)
            ),
            BsonType.Double when BsonReader.Double(moment.Bytes) is var number && double.IsFinite(number) => Double(
                number - (IsSeconds(number) ? Overlap : Overlap * 1000)
            ),
            _ => moment,
        };

    private static bool IsSeconds(double number) => number is > -MostSeconds and < MostSeconds;

    private static BsonValue Int64(BsonType type, long number)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return new BsonValue(type, bytes);
    }

    private static BsonValue Double(double number) => Int64(BsonType.Double, BitConverter.DoubleToInt64Bits(number));
}
