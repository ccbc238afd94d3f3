using System.Text.RegularExpressions;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.AwsSqs.Queues;

/// <summary>A topic: a queue of the access key's own account, or one of a named account.</summary>
/// <param name="Account">Account of a queue that was named by its URL; null for the access key's own.</param>
/// <param name="Name">The queue's name.</param>
internal sealed partial record QueueTopic(string? Account, string Name)
{
    /// <summary>What the name of every FIFO queue ends with.</summary>
    public const string FifoEnd = ".fifo";
    private const string DeadLettersEnd = "-dead";

    /// <summary>Name and account in a form that <see cref="FindByReference"/> reads.</summary>
    public string Reference => Account is null ? Name : $"{Account}/{Name}";

    public bool IsFifo => Name.EndsWith(FifoEnd, StringComparison.Ordinal);

    public bool IsDeadLetters => BaseName.EndsWith(DeadLettersEnd, StringComparison.Ordinal);

    /// <summary>Where this topic's dead letters go; a FIFO queue's must be a FIFO queue.</summary>
    public QueueTopic DeadLetters => this with { Name = BaseName + DeadLettersEnd + (IsFifo ? FifoEnd : "") };

    /// <summary>Whether the name is short enough for a queue; that of a long topic's dead letters may not be.</summary>
    public bool IsValid => NameShape().IsMatch(Name);

    private string BaseName => IsFifo ? Name[..^FifoEnd.Length] : Name;

    /// <summary>Reads a topic as a caller writes it.</summary>
    /// <param name="topic">Name or URL.</param>
    /// <param name="endpoint">The only place a URL may point at.</param>
    public static QueueTopic Parse(string topic, Uri endpoint)
    {
        if (NameShape().IsMatch(topic))
        {
            return new QueueTopic(null, topic);
        }

        return
            Uri.TryCreate(topic, UriKind.Absolute, out var url)
            && url.Scheme == endpoint.Scheme
            && string.Equals(url.Authority, endpoint.Authority, StringComparison.OrdinalIgnoreCase)
            && url.UserInfo.Length == 0
            && url.Query.Length == 0
            && url.Fragment.Length == 0
            && url.AbsolutePath.Split('/') is ["", var account, var name]
            && AccountShape().IsMatch(account)
            && NameShape().IsMatch(name)
            ? new QueueTopic(account, name)
            : throw ConnectorException.Invalid(
                "topic",
                "must be 1 to 80 letters, digits, '-' or '_', with '.fifo' at the end for a FIFO queue, or the URL of a queue at the endpoint"
            );
    }

    public static QueueTopic? FindByReference(string reference)
    {
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        var account = slash < 0 ? null : reference[..slash];
        var name = reference[(slash + 1)..];
        return NameShape().IsMatch(name) && (account is null || AccountShape().IsMatch(account))
            ? new QueueTopic(account, name)
            : null;
    }

    /// <summary>Not the record's own, which would print the dead letters of the dead letters without end.</summary>
    public override string ToString() => Reference;

    [GeneratedRegex(
        "^(?=.{1,80}\\z)[A-Za-z0-9_-]+(\\.fifo)?\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex NameShape();

    [GeneratedRegex("^[A-Za-z0-9]{1,32}\\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AccountShape();
}
