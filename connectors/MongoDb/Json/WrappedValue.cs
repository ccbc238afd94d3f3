using System.Globalization;
using System.Text.Json;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.MongoDb.Json;

/// <summary>The types that JSON lacks: objects with one member whose name begins with <c>$</c>.</summary>
/// <param name="reader">Knows the parameters.</param>
/// <param name="writer">Where to write.</param>
internal readonly struct WrappedValue(ExtendedJsonReader reader, BsonWriter writer)
{
    private static readonly string[] DateFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd",
    ];

    /// <summary>Writes an object that is such a type.</summary>
    /// <param name="name">Name of the element, UTF-8.</param>
    /// <param name="json">The object.</param>
    /// <param name="place">Where it stands.</param>
    /// <returns>False when it is an ordinary object.</returns>
    public bool TryWrite(ReadOnlySpan<byte> name, JsonElement json, CommandPlace place)
    {
        using var members = json.EnumerateObject();
        if (!members.MoveNext() || members.Current.Name is not ['$', ..] || !IsWrapper(members.Current.Name))
        {
            return false;
        }

        var (wrapper, value) = (members.Current.Name, members.Current.Value);
        var second = members.MoveNext() ? members.Current : default(JsonProperty?);
        if (members.MoveNext() || (second is { } more && !IsCompanion(wrapper, more.Name)))
        {
            throw Malformed(wrapper);
        }

        switch (wrapper)
        {
            case "$minKey" or "$maxKey":
                writer.Name(wrapper is "$minKey" ? BsonType.MinKey : BsonType.MaxKey, name);
                break;
            case "$undefined":
                writer.Name(BsonType.Undefined, name);
                break;
            case "$binary":
                Binary(name, value, second?.Value);
                break;
            case "$code":
                reader.RefuseInParameter(place, "JavaScript");
                Code(name, value, second?.Value, place);
                break;
            case "$date":
                writer.Int64(name, Date(value), BsonType.Date);
                break;
            case "$timestamp":
                Timestamp(name, value);
                break;
            case "$regularExpression":
                reader.RefuseInParameter(place, "a regular expression");
                RegularExpression(name, value);
                break;
            case "$dbPointer":
                DbPointer(name, value);
                break;
            default:
                Scalar(name, wrapper, reader.TextOf(value) ?? throw Malformed(wrapper));
                break;
        }

        return true;
    }

    private static bool IsWrapper(string name) =>
        name
            is "$oid"
                or "$symbol"
                or "$numberInt"
                or "$numberLong"
                or "$numberDouble"
                or "$numberDecimal"
                or "$binary"
                or "$uuid"
                or "$code"
                or "$timestamp"
                or "$regularExpression"
                or "$dbPointer"
                or "$date"
                or "$minKey"
                or "$maxKey"
                or "$undefined";

    private static bool IsCompanion(string wrapper, string second) =>
        (wrapper, second) is ("$code", "$scope") or ("$binary", "$type");

    private void Scalar(ReadOnlySpan<byte> name, string wrapper, string text)
    {
        switch (wrapper)
        {
            case "$oid":
                writer.Raw(BsonType.ObjectId, name, Hex(text, wrapper));
                break;
            case "$symbol":
                writer.String(name, text, BsonType.Symbol);
                break;
            case "$uuid":
                if (!Guid.TryParseExact(text, "D", out var uuid) && !Guid.TryParseExact(text, "N", out uuid))
                {
                    throw Malformed(wrapper);
                }

                writer.Binary(name, uuid.ToByteArray(bigEndian: true), subtype: 4);
                break;
            case "$numberDecimal":
                writer.Decimal(
                    name,
                    Decimal128.TryParse(text, out var exact)
                        ? exact
                        : throw reader.Fail("holds a $numberDecimal that is no number or has more than 34 digits")
                );
                break;
            case "$numberDouble":
                writer.Double(name, Double(text));
                break;
            case "$numberInt":
                writer.Int32(
                    name,
                    int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var narrow)
                        ? narrow
                        : throw Malformed(wrapper)
                );
                break;
            default:
                writer.Int64(name, Long(text, wrapper));
                break;
        }
    }

    private double Double(string text) =>
        text switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
                ? number
                : throw Malformed("$numberDouble"),
        };

    private long Long(string text, string wrapper) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Malformed(wrapper);

    private byte[] Hex(string text, string wrapper)
    {
        var bytes = new byte[ObjectIdSource.Size];
        return
            text.Length == bytes.Length * 2
            && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done
            ? bytes
            : throw Malformed(wrapper);
    }

    private void Binary(ReadOnlySpan<byte> name, JsonElement value, JsonElement? legacyType)
    {
        var (content, type) =
            value.ValueKind == JsonValueKind.Object
                ? (Required(value, "base64", "$binary"), Required(value, "subType", "$binary", members: 2))
                : (value, legacyType ?? throw Malformed("$binary"));
        try
        {
            var bytes = Convert.FromBase64String(reader.TextOf(content) ?? throw Malformed("$binary"));
            var subtype = byte.Parse(
                reader.TextOf(type) ?? throw Malformed("$binary"),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture
            );
            writer.Binary(
                name,
                subtype == ExtendedJsonWriter.OldBinary ? [.. BitConverter.GetBytes(bytes.Length), .. bytes] : bytes,
                subtype
            );
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            throw Malformed("$binary");
        }
    }

    private void Code(ReadOnlySpan<byte> name, JsonElement value, JsonElement? scope, CommandPlace place)
    {
        var code = reader.TextOf(value) ?? throw Malformed("$code");
        if (scope is not { } variables)
        {
            writer.String(name, code, BsonType.JavaScript);
            return;
        }

        if (variables.ValueKind != JsonValueKind.Object)
        {
            throw Malformed("$code");
        }

        writer.Name(BsonType.JavaScriptWithScope, name);
        var start = writer.Begin();
        writer.Text(code);
        reader.Scope(variables, place);
        writer.EndLength(start);
    }

    private long Date(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            return Long(
                reader.TextOf(Required(value, "$numberLong", "$date", members: 1)) ?? throw Malformed("$date"),
                "$date"
            );
        }

        if (value.ValueKind == JsonValueKind.Number)
        {
            return value.TryGetInt64(out var milliseconds) ? milliseconds : throw Malformed("$date");
        }

        return DateTimeOffset.TryParseExact(
            reader.TextOf(value),
            DateFormats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var moment
        )
            ? moment.ToUnixTimeMilliseconds()
            : throw Malformed("$date");
    }

    private void Timestamp(ReadOnlySpan<byte> name, JsonElement value)
    {
        ulong time = Part(Required(value, "t", "$timestamp"));
        var count = Part(Required(value, "i", "$timestamp", members: 2));
        writer.Int64(name, (long)((time << 32) | count), BsonType.Timestamp);
    }

    private uint Part(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetUInt32(out var number)
            ? number
            : throw Malformed("$timestamp");

    private void RegularExpression(ReadOnlySpan<byte> name, JsonElement value)
    {
        var pattern = reader.TextOf(Required(value, "pattern", "$regularExpression"));
        var options = reader.TextOf(Required(value, "options", "$regularExpression", members: 2));
        if (pattern is null || options is null)
        {
            throw Malformed("$regularExpression");
        }

        writer.Name(BsonType.RegularExpression, name);
        writer.CString(pattern);
        writer.CString(string.Concat(options.Order()));
    }

    private void DbPointer(ReadOnlySpan<byte> name, JsonElement value)
    {
        var target = reader.TextOf(Required(value, "$ref", "$dbPointer")) ?? throw Malformed("$dbPointer");
        var id = Required(Required(value, "$id", "$dbPointer", members: 2), "$oid", "$dbPointer", members: 1);
        writer.Name(BsonType.DbPointer, name);
        writer.Text(target);
        writer.Bytes(Hex(reader.TextOf(id) ?? throw Malformed("$dbPointer"), "$dbPointer"));
    }

    private JsonElement Required(JsonElement value, string member, string wrapper, int members = 0) =>
        value.ValueKind == JsonValueKind.Object
        && (members == 0 || value.EnumerateObject().Count() == members)
        && value.TryGetProperty(member, out var found)
            ? found
            : throw Malformed(wrapper);

    private ConnectorException Malformed(string wrapper) => reader.Fail($"holds a malformed {wrapper}");
}
