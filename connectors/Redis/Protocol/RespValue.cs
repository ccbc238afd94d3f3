namespace Yyc3.Connectors.Redis.Protocol;

/// <summary>One value of an answer.</summary>
internal readonly struct RespValue
{
    private static readonly object Nested = new();

    private readonly object? _content;

    private RespValue(RespType type, long number, object? content) =>
        (Type, Number, _content) = (type, number, content);

    public static RespValue Null => default;

    public static RespValue TooLarge => new(RespType.TooLarge, 0, null);

    public RespType Type { get; }

    /// <summary>As in <see cref="RespHeader.Number"/>.</summary>
    public long Number { get; }

    public double Double => BitConverter.Int64BitsToDouble(Number);

    /// <summary>The text, if it is one; a string that is no UTF-8 has <see cref="Bytes"/> instead.</summary>
    public string? Text => _content as string;

    public byte[]? Bytes => _content as byte[];

    /// <summary>Elements of an aggregate; those of a map are key, value, key, value. Empty when they were skipped.</summary>
    public RespValue[] Items => _content as RespValue[] ?? [];

    /// <summary>Whether elements that were skipped had elements themselves.</summary>
    public bool IsNested => ReferenceEquals(_content, Nested);

    public bool IsError => Type is RespType.Error or RespType.BulkError;

    public bool IsAggregate => Type is RespType.Array or RespType.Set or RespType.Map;

    /// <summary>The error's code: its first word, <c>WRONGTYPE</c>.</summary>
    public string ErrorCode => Text ?? "";

    public static RespValue Of(RespHeader header) => new(header.Type, header.Number, header.Text);

    /// <summary>An aggregate whose elements were skipped.</summary>
    public static RespValue OfSkipped(RespHeader header, bool isNested) =>
        new(header.Type, header.Number, isNested ? Nested : null);

    public static RespValue Of(RespHeader header, object content) => new(header.Type, header.Number, content);
}
