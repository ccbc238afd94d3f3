using System.Globalization;
using System.Text;
using System.Text.Json;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.MongoDb.Json;

/// <summary>
/// Writes extended JSON, canonical or relaxed, as BSON. In a command a text that is exactly <c>:name</c> stands for a
/// parameter; a parameter that is JSON itself is read without placeholders and may hold no operators.
/// </summary>
/// <param name="writer">Where to write.</param>
/// <param name="field">Dotted path of the JSON, for errors.</param>
/// <param name="binder">The parameters of a command; null when the JSON is a parameter.</param>
internal sealed class ExtendedJsonReader(BsonWriter writer, string field, ParameterBinder? binder)
{
    private const int MaxDepth = 180;

    private static readonly JsonDocumentOptions Strict = new()
    {
        // A name that comes twice would be judged by one of its values and mean the other.
        AllowDuplicateProperties = false,
        MaxDepth = MaxDepth,
    };

    /// <summary>
    /// Whether a number is stored as a decimal when a double would be written with other digits, as data must be whose digits
    /// count; what has more digits than a decimal is refused.
    /// </summary>
    public bool KeepsDigits { get; init; }

    /// <summary>Reads a whole command.</summary>
    /// <param name="json">The text.</param>
    public void Command(string json) =>
        Read(
            json,
            root =>
            {
                if (root.ValueKind != JsonValueKind.Object)
                {
                    throw Fail("must be a JSON object: a command document");
                }

                var start = writer.Begin();
                Members(root, CommandPlace.Top);
                writer.End(start);
            }
        );

    /// <summary>Reads a document in which no name means anything.</summary>
    /// <param name="json">The text.</param>
    public void Document(string json) =>
        Read(
            json,
            root =>
            {
                var start = writer.Begin();
                Members(root, new CommandPlace(ValueRole.Literal, CommandLevel.Inside));
                writer.End(start);
            }
        );

    /// <summary>Reads one value.</summary>
    /// <param name="name">Name of the element, UTF-8.</param>
    /// <param name="json">The text.</param>
    /// <param name="place">Where in the command it goes.</param>
    public void Value(byte[] name, string json, CommandPlace place) => Read(json, root => Value(name, root, place));

    /// <summary>Writes one value.</summary>
    /// <param name="name">Name of the element, UTF-8.</param>
    /// <param name="value">The value.</param>
    /// <param name="place">Where in the command it stands.</param>
    public void Value(ReadOnlySpan<byte> name, JsonElement value, CommandPlace place)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                if (!new WrappedValue(this, writer).TryWrite(name, value, place))
                {
                    Object(name, value, place);
                }

                break;
            case JsonValueKind.Array:
                Array(name, value, place);
                break;
            case JsonValueKind.String:
                Text(name, value.GetString()!, place);
                break;
            case JsonValueKind.Number:
                Number(name, value);
                break;
            case JsonValueKind.Null:
                writer.Null(name);
                break;
            default:
                writer.Boolean(name, value.GetBoolean());
                break;
        }
    }

    /// <summary>Writes an object that is no wrapped value.</summary>
    public void Object(ReadOnlySpan<byte> name, JsonElement value, CommandPlace place)
    {
        var start = writer.Begin(BsonType.Document, name);
        Members(value, place);
        writer.End(start);
    }

    /// <summary>Writes the variables of a piece of JavaScript.</summary>
    public void Scope(JsonElement variables, CommandPlace place)
    {
        var start = writer.Begin();
        Members(variables, place);
        writer.End(start);
    }

    /// <summary>Reads a text inside a wrapped value; a placeholder gives the parameter's text.</summary>
    /// <param name="value">The JSON value.</param>
    /// <returns>The text; null when it is none.</returns>
    public string? TextOf(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : null;
        return binder is not null && ParameterBinder.IsPlaceholder(text, out var parameter)
            ? binder.TextOf(parameter)
            : text;
    }

    /// <summary>Refuses what would be more than a value if it came with a parameter.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="what">What it is, for the error.</param>
    public void RefuseInParameter(CommandPlace place, string what)
    {
        if (binder is null && place.Role != ValueRole.Literal)
        {
            throw Fail($"must not hold {what} there; write it in the statement");
        }
    }

    public ConnectorException Fail(string reason) => ConnectorException.Invalid(field, reason);

    /// <summary>Takes JSON apart and names what is wrong with it.</summary>
    /// <param name="json">The text.</param>
    /// <param name="write">Writes it.</param>
    /// <exception cref="ConnectorException">It cannot be BSON.</exception>
    public void Read(string json, Action<JsonElement> write)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            write(document.RootElement);
        }
        catch (JsonException)
        {
            throw Fail("is not valid JSON, names a member twice or nests too deep");
        }
        catch (Exception error) when (error is InvalidOperationException or EncoderFallbackException)
        {
            throw Fail("holds text that is not valid Unicode");
        }
        catch (ArgumentException)
        {
            // JsonDocument on a text that cannot be made UTF-8.
            throw Fail("holds text that is not valid Unicode");
        }
        catch (BsonFormatException)
        {
            throw Fail("is too large, or a name or pattern in it holds a zero character");
        }
    }

    private static bool IsReference(string name) => name is "$ref" or "$id" or "$db";

    private void Members(JsonElement value, CommandPlace place)
    {
        foreach (var member in value.EnumerateObject())
        {
            var name = member.Name;
            if (name is ['$', ..] && !IsReference(name))
            {
                RefuseInParameter(place, "a name that begins with $");
            }

            if (binder is not null && ParameterBinder.IsPlaceholder(name, out _))
            {
                throw Fail("has a parameter where a name stands; parameters are values");
            }

            Value(Encoding.UTF8.GetBytes(name), member.Value, place.Member(name, member.Value.ValueKind));
        }
    }

    private void Array(ReadOnlySpan<byte> name, JsonElement value, CommandPlace place)
    {
        var start = writer.Begin(BsonType.Array, name);
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            Value(Encoding.UTF8.GetBytes(BsonWriter.Index(index)), item, place.Item);
            index++;
        }

        writer.End(start);
    }

    private void Text(ReadOnlySpan<byte> name, string text, CommandPlace place)
    {
        if (binder is not null && ParameterBinder.IsPlaceholder(text, out var parameter))
        {
            binder.Write(writer, name, parameter, place);
            return;
        }

        if (text is ['$', ..] && place.Role == ValueRole.Expression)
        {
            RefuseInParameter(place, "a text that begins with $");
        }

        writer.String(name, text);
    }

    private void Number(ReadOnlySpan<byte> name, JsonElement value)
    {
        var text = value.GetRawText();
        if (!text.AsSpan().ContainsAny('.', 'e', 'E'))
        {
            if (value.TryGetInt64(out var integer))
            {
                writer.Integer(name, integer);
                return;
            }

            if (!KeepsDigits)
            {
                throw Fail("holds an integer of more than 64 bits; write it as $numberDecimal");
            }
        }

        var number = double.Parse(text, CultureInfo.InvariantCulture);
        if (KeepsDigits && !string.Equals(ExtendedJsonWriter.Text(number), text, StringComparison.Ordinal))
        {
            writer.Decimal(
                name,
                Decimal128.TryParse(text, out var exact) ? exact : throw Fail("holds a number of more than 34 digits")
            );
            return;
        }

        if (!double.IsFinite(number))
        {
            throw Fail("holds a number that no double can hold; write it as $numberDecimal");
        }

        writer.Double(name, number);
    }
}
