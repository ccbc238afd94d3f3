using System.Diagnostics.CodeAnalysis;
using System.Text;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.MongoDb.Json;

/// <summary>Puts parameters where a command names them, as values of their own type.</summary>
/// <param name="values">Values by name, without the colon.</param>
/// <param name="field">Dotted path of the command, for errors.</param>
internal sealed class ParameterBinder(IReadOnlyDictionary<string, DbValue> values, string field)
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>Whether a text stands for a parameter: a colon, a letter, then letters, digits and underscores.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="name">The parameter's name.</param>
    /// <returns>False when the text is only a text.</returns>
    public static bool IsPlaceholder([NotNullWhen(true)] string? text, out string name)
    {
        name = text is [':', var first, ..] && (char.IsAsciiLetter(first) || first == '_') ? text[1..] : "";
        return name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
    }

    /// <summary>Writes a parameter's value.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="name">Name of the element, UTF-8.</param>
    /// <param name="parameter">Name of the parameter.</param>
    /// <param name="place">Where in the command it goes.</param>
    public void Write(BsonWriter writer, ReadOnlySpan<byte> name, string parameter, CommandPlace place)
    {
        var value = Take(parameter);
        switch (value.Kind)
        {
            case DbValueKind.Null:
                writer.Null(name);
                break;
            case DbValueKind.Boolean:
                writer.Boolean(name, value.AsBoolean());
                break;
            case DbValueKind.Int64:
                writer.Integer(name, value.AsInt64());
                break;
            case DbValueKind.Double:
                writer.Double(name, value.AsDouble());
                break;
            case DbValueKind.Decimal:
                writer.Decimal(
                    name,
                    Decimal128.TryParse(value.AsText(), out var exact)
                        ? exact
                        : throw Fail(
                            parameter,
                            "is no decimal number, or has more than the 34 digits that can be stored"
                        )
                );
                break;
            case DbValueKind.Bytes:
                writer.Binary(name, value.AsBytes());
                break;
            case DbValueKind.Timestamp:
                writer.Int64(name, value.AsTimestamp().ToUnixTimeMilliseconds(), BsonType.Date);
                break;
            case DbValueKind.Json:
                new ExtendedJsonReader(writer, FieldOf(parameter), binder: null).Value(
                    name.ToArray(),
                    value.AsText(),
                    place
                );
                break;
            default:
                Text(writer, name, parameter, value.AsText(), place);
                break;
        }
    }

    /// <summary>A parameter as text, for a type that is written as text.</summary>
    /// <param name="parameter">Name of the parameter.</param>
    /// <returns>The text.</returns>
    public string TextOf(string parameter)
    {
        var value = Take(parameter);
        return value.Kind is DbValueKind.String or DbValueKind.Int64 or DbValueKind.Double or DbValueKind.Decimal
            ? value.ToString()
            : throw Fail(parameter, "must be a text or a number there");
    }

    public void RequireAllUsed()
    {
        foreach (var name in values.Keys.Where(name => !_used.Contains(name)))
        {
            throw Fail(name, "is not used by the statement");
        }
    }

    private DbValue Take(string parameter)
    {
        _used.Add(parameter);
        return values.TryGetValue(parameter, out var value)
            ? value
            : throw Fail(parameter, $"is required: the statement uses :{parameter}");
    }

    private void Text(BsonWriter writer, ReadOnlySpan<byte> name, string parameter, string text, CommandPlace place)
    {
        if (text is ['$', ..] && place.Role == ValueRole.Expression)
        {
            throw Fail(
                parameter,
                $"begins with $, which names a field there; write {{\"$literal\": \":{parameter}\"}} in the statement"
            );
        }

        try
        {
            writer.String(name, text);
        }
        catch (EncoderFallbackException)
        {
            throw Fail(parameter, "is not valid Unicode text");
        }
    }

    private string FieldOf(string parameter) => field[..(field.LastIndexOf('.') + 1)] + "params." + parameter;

    private ConnectorException Fail(string parameter, string reason) =>
        ConnectorException.Invalid(FieldOf(parameter), reason);
}
