namespace Yyc3.Connectors.Sdk.Messaging;

/// <summary>How dead letters are named wherever the provider leaves that open, so that one program reads them all.</summary>
public static class DeadLetterNames
{
    /// <summary>What the names of topics for dead letters end in.</summary>
    public const string TopicSuffix = ".dead";

    /// <summary>What the names of all headers below begin with.</summary>
    public const string HeaderPrefix = "x-dead-";

    /// <summary>Header: the topic that the message was in.</summary>
    public const string TopicHeader = HeaderPrefix + "topic";

    /// <summary>Header: the group that gave it up, where there are groups.</summary>
    public const string GroupHeader = HeaderPrefix + "group";

    /// <summary>Header: why, one of the reasons below.</summary>
    public const string ReasonHeader = HeaderPrefix + "reason";

    /// <summary>Header: how often it was delivered.</summary>
    public const string DeliveriesHeader = HeaderPrefix + "deliveries";

    /// <summary>Reason: a receiver gave it up.</summary>
    public const string Rejected = "rejected";

    /// <summary>Reason: it was delivered too often.</summary>
    public const string MaxDeliveries = "max-deliveries";

    /// <summary>The topic of a topic's dead letters.</summary>
    /// <param name="topic">The topic.</param>
    /// <returns>Its name.</returns>
    public static string TopicOf(string topic) => topic + TopicSuffix;

    /// <summary>Tells whether a topic is one for dead letters; such a one has none of its own.</summary>
    /// <param name="topic">The topic.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsDeadLetterTopic(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return topic.EndsWith(TopicSuffix, StringComparison.Ordinal);
    }
}
