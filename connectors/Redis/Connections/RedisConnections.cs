using Yyc3.Connectors.Redis.Faults;
using Yyc3.Connectors.Redis.Protocol;
using Yyc3.Connectors.Redis.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Redis.Connections;

/// <summary>All connections of one integration. Thread-safe.</summary>
internal sealed class RedisConnections : IAsyncDisposable
{
    private readonly RedisOptions _options;

    public RedisConnections(RedisOptions options, ConnectorContext context)
    {
        _options = options;
        var dialer = new RespDialer(options, context);
        Pipelines = new PipelineSet(dialer, options, context);
        Channels = new ChannelPool(dialer, options.Channels);
    }

    /// <summary>Shared by all short commands.</summary>
    public PipelineSet Pipelines { get; }

    /// <summary>Lent to one statement at a time.</summary>
    public ChannelPool Channels { get; }

    public PoolUsage Usage =>
        new(
            Pipelines.Open + Channels.Idle + Channels.InUse,
            Pipelines.InUse + Channels.InUse,
            Channels.Waiting,
            _options.PoolSize
        );

    /// <summary>Makes the exception of an answer that is an error, and draws the consequences.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="field">Dotted path of the statement.</param>
    public async ValueTask<ConnectorException> ErrorAsync(RespValue answer, string field)
    {
        if (answer.Type == RespType.TooLarge)
        {
            return RedisErrors.TooLarge();
        }

        if (answer.ErrorCode is "READONLY")
        {
            Pipelines.Leave();
            await Channels.CloseIdleAsync();
        }

        return RedisErrors.Map(answer.ErrorCode, field);
    }

    public async ValueTask DisposeAsync()
    {
        await Pipelines.DisposeAsync();
        await Channels.DisposeAsync();
    }
}
