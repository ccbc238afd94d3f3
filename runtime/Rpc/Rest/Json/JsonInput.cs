using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json;

/// <summary>The reader together with the text it reads, so that a codec can take a value verbatim.</summary>
internal ref struct JsonInput
{
    public const int MaxDepth = 64;

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaxDepth };

    public Utf8JsonReader Reader;

    public JsonInput(ReadOnlySpan<byte> text)
    {
        Text = text;
        Reader = new Utf8JsonReader(text, ReaderOptions);
    }

    public ReadOnlySpan<byte> Text { get; }

    public readonly bool IsNull => Reader.TokenType == JsonTokenType.Null;

    public readonly void Expect(JsonTokenType token, string kind)
    {
        if (Reader.TokenType != token)
        {
            throw new JsonReadException(IsNull ? $"must be {kind}, not null" : $"must be {kind}");
        }
    }

    /// <summary>Skips the current value and returns its text.</summary>
    public ReadOnlySpan<byte> TakeRaw()
    {
        var start = (int)Reader.TokenStartIndex;
        Reader.Skip();
        return Text[start..(int)Reader.BytesConsumed];
    }
}
