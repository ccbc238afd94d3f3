namespace Yyc3.Connectors.AwsSqs.Messages;

/// <summary>Attributes the connector writes, and how it names what is not a header.</summary>
internal static class AttributeNames
{
    public const string ContentType = "Content-Type";

    /// <summary>The key, where a group cannot carry it.</summary>
    public const string Key = "yyc3.key";

    /// <summary>How the body is written; absent for the body itself.</summary>
    public const string Encoding = "yyc3.encoding";

    /// <summary>All headers as one JSON object, when they cannot be attributes of their own.</summary>
    public const string Headers = "yyc3.headers";

    /// <summary>A body of bytes that are no text.</summary>
    public const string Base64 = "base64";

    /// <summary>A body of no bytes, which the service does not take; a placeholder stands for it.</summary>
    public const string Empty = "empty";

    /// <summary>Group of messages without a key in FIFO queues; a random end makes it a group of one.</summary>
    public const string NoKeyGroup = "yyc3-no-key";

    public static bool IsReserved(string name) => name is ContentType or Key or Encoding or Headers;
}
