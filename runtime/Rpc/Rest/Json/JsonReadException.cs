namespace Yyc3.Connectors.Rpc.Rest.Json;

/// <summary>JSON text that cannot become the message: which field, and why.</summary>
public sealed class JsonReadException : Exception
{
    public JsonReadException()
        : this("is not valid") { }

    public JsonReadException(string reason, Exception? innerException)
        : base(reason, innerException) => Reason = reason;

    public JsonReadException(string reason)
        : base(reason) => Reason = reason;

    public JsonReadException(string field, string reason, bool malformed)
        : base(field.Length == 0 ? reason : $"{field}: {reason}")
    {
        Field = field;
        Reason = reason;
        IsMalformed = malformed;
    }

    /// <summary>Dotted path such as <c>items[2].bar</c>; empty for the whole document.</summary>
    public string Field { get; } = "";

    public string Reason { get; }

    /// <summary>The text is not JSON at all, as opposed to JSON of the wrong shape.</summary>
    public bool IsMalformed { get; }

    /// <summary>Where the fault lies when it is not at the reader's current token.</summary>
    internal long? Offset { get; init; }
}
