using RabbitMQ.Client;

namespace Yyc3.Connectors.RabbitMq.Format;

/// <summary>AMQP's times, which are whole seconds.</summary>
internal static class MessageTime
{
    /// <summary>The time as it will be read again.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    /// <summary>Null when it lies outside of the calendar: some programs write milliseconds.</summary>
    public static DateTimeOffset? Find(AmqpTimestamp time)
    {
        var seconds = time.UnixTime;
        return
            seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds()
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? null
            : DateTimeOffset.FromUnixTimeSeconds(seconds);
    }
}
