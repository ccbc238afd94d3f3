using System.Text;
using System.Text.Json;

namespace Yyc3.Connectors.Sdk.Sync.Tables;

/// <summary>Goes through the values of one row.</summary>
public ref struct TableCells
{
    private readonly ReadOnlyMemory<byte> _json;
    private readonly ReadOnlySpan<int> _places;
    private Utf8JsonReader _reader;
    private int _next;
    private int _start;

    internal TableCells(ReadOnlyMemory<byte> json, ReadOnlySpan<int> places)
    {
        _json = json;
        _places = places;
        _reader = new Utf8JsonReader(json.Span);
        _reader.Read();
    }

    /// <summary>Place of the value's column in <see cref="TablePage.Columns"/>.</summary>
    public int Column { get; private set; }

    /// <summary>How the value begins: a start of an object or array stands for all of it.</summary>
    public JsonTokenType Kind { get; private set; }

    /// <summary>The value as it is written.</summary>
    public readonly ReadOnlyMemory<byte> Json => _json[_start..(int)_reader.BytesConsumed];

    /// <summary>It is a text in which something is escaped.</summary>
    public readonly bool IsEscaped => _reader.ValueIsEscaped;

    /// <summary>Goes to the next value.</summary>
    /// <returns>False after the last one.</returns>
    public bool Read()
    {
        while (_next < _places.Length && _reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            _reader.Read();
            Kind = _reader.TokenType;
            _start = (int)_reader.TokenStartIndex;
            _reader.Skip();
            Column = _places[_next++];
            if (Column >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The value as text: what a text says, and of anything else how it is written; null for null.</summary>
    /// <returns>The text.</returns>
    /// <exception cref="ConnectorException">It is no Unicode.</exception>
    public readonly string? Text()
    {
        if (Kind != JsonTokenType.String)
        {
            return Kind == JsonTokenType.Null ? null : Encoding.UTF8.GetString(Json.Span);
        }

        try
        {
            return _reader.GetString();
        }
        catch (InvalidOperationException fault)
        {
            throw new ConnectorException(
                ErrorKind.InvalidArgument,
                "INVALID_ARGUMENT",
                "A text holds half of a surrogate pair.",
                innerException: fault
            );
        }
    }
}
