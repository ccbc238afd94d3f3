using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Contracts.Database.V1;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Sdk.Database;
using Value = Yyc3.Connectors.Contracts.Database.V1.Value;

namespace Yyc3.Connectors.Runtime.Database;

/// <summary>Values, rows and results between the contracts and the SDK.</summary>
internal static class DatabaseMapping
{
    public static Dictionary<string, DbValue> ToParameters(string field, MapField<string, Value> values)
    {
        var parameters = new Dictionary<string, DbValue>(values.Count, StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            parameters[name] = ToDbValue($"{field}.{name}", value);
        }

        return parameters;
    }

    public static void AddColumns(RepeatedField<Column> target, IReadOnlyList<DbColumn> columns)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var column in columns)
        {
            var name = column.Name;
            for (var number = 2; !taken.Add(name); number++)
            {
                name = string.Create(CultureInfo.InvariantCulture, $"{column.Name}_{number}");
            }

            target.Add(new Column { Name = name, Type = column.Type });
        }
    }

    public static Row ToRow(RowReader reader)
    {
        var row = new Row();
        var count = reader.Columns.Count;
        row.Values.Capacity = count;
        for (var column = 0; column < count; column++)
        {
            row.Values.Add(ToProto(reader.GetValue(column)));
        }

        return row;
    }

    public static BatchResult ToProto(ExecuteResult result)
    {
        var proto = new BatchResult { AffectedRows = result.AffectedRows };
        if (result.InsertId is { } insertId)
        {
            proto.InsertId = insertId;
        }

        return proto;
    }

    /// <summary>Puts a value into a message, in place of what it held.</summary>
    public static void Write(DbValue value, Value proto)
    {
        switch (value.Kind)
        {
            case DbValueKind.Boolean:
                proto.BoolValue = value.AsBoolean();
                break;
            case DbValueKind.Int64:
                proto.Int64Value = value.AsInt64();
                break;
            case DbValueKind.Double:
                proto.DoubleValue = value.AsDouble();
                break;
            case DbValueKind.Decimal:
                proto.DecimalValue = value.AsText();
                break;
            case DbValueKind.String:
                proto.StringValue = value.AsText();
                break;
            case DbValueKind.Bytes:
                proto.BytesValue = UnsafeByteOperations.UnsafeWrap(value.AsBytes());
                break;
            case DbValueKind.Timestamp:
                proto.TimestampValue = value.AsTimestamp().ToTimestamp();
                break;
            case DbValueKind.Json:
                proto.JsonValue = value.AsText();
                break;
            default:
                proto.NullValue = NullValue.NullValue;
                break;
        }
    }

    private static Value ToProto(DbValue value)
    {
        var proto = new Value();
        Write(value, proto);
        return proto;
    }

    private static DbValue ToDbValue(string field, Value value) =>
        value.KindCase switch
        {
            Value.KindOneofCase.BoolValue => DbValue.From(value.BoolValue),
            Value.KindOneofCase.Int64Value => DbValue.From(value.Int64Value),
            Value.KindOneofCase.DoubleValue => DbValue.From(value.DoubleValue),
            Value.KindOneofCase.DecimalValue => IsDecimal(value.DecimalValue)
                ? DbValue.FromDecimal(value.DecimalValue)
                : throw Fault.Invalid(field, "is not a decimal number"),
            Value.KindOneofCase.StringValue => DbValue.From(value.StringValue),
            Value.KindOneofCase.BytesValue => DbValue.From(value.BytesValue.ToByteArray()),
            Value.KindOneofCase.TimestampValue => DbValue.From(value.TimestampValue.ToDateTimeOffset()),
            Value.KindOneofCase.JsonValue => IsJson(value.JsonValue)
                ? DbValue.FromJson(value.JsonValue)
                : throw Fault.Invalid(field, "is not JSON"),
            _ => DbValue.Null,
        };

    /// <summary>Digits with an optional sign, point and exponent, of any length.</summary>
    private static bool IsDecimal(string text) =>
        text.Length > 0
        && text.All(c => char.IsAsciiDigit(c) || c is '+' or '-' or '.' or 'e' or 'E')
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
