using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Yyc3.Connectors.Kafka.Faults;
using Yyc3.Connectors.Kafka.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Kafka.Connections;

/// <summary>Opens the client on first use and finds out what is wrong when something is. Thread-safe.</summary>
internal sealed class KafkaLink(ConnectorContext context, KafkaOptions options) : IAsyncDisposable
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _gate = new(1);
    private readonly KafkaProbe _probe = new(context, options);
    private volatile LinkedClient? _client;
    private Task _look = Task.CompletedTask;
    private bool _isClosed;

    public bool IsOpen => _client is not null;

    /// <summary>The client, after the cluster has answered once.</summary>
    public ValueTask<LinkedClient> GetAsync(CancellationToken cancellationToken) =>
        _client is { } client
            ? ValueTask.FromResult(client)
            : new ValueTask<LinkedClient>(OpenAsync(cancellationToken));

    /// <summary>Asks the cluster.</summary>
    /// <exception cref="ConnectorException">It cannot be reached or refuses the credentials.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (_client is not { } client)
        {
            await OpenAsync(cancellationToken);
            return;
        }

        await _probe.RunAsync(cancellationToken);
        await DescribeAsync(client, cancellationToken);
    }

    /// <summary>Finds the reason of an error that may have its cause in the connection.</summary>
    public async Task<ConnectorException> ExplainAsync(Error error, CancellationToken cancellationToken)
    {
        if (error.Code is ErrorCode.Local_MsgTimedOut or ErrorCode.Local_TimedOut or ErrorCode.Local_TimedOutQueue)
        {
            try
            {
                await CheckAsync(cancellationToken);
            }
            catch (ConnectorException reason)
            {
                return reason;
            }
        }

        return KafkaErrors.From(error);
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync();
        _isClosed = true;
        var client = _client;
        _client = null;
        _gate.Release();
        await Task.WhenAll(_look, client?.CloseAsync() ?? Task.CompletedTask)
            .WaitAsync(ClosingTime, context.Time)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<LinkedClient> OpenAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _isClosed
                ? throw KafkaErrors.From(new Error(ErrorCode.Local_Destroy))
                : _client ??= await OpenNewAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<LinkedClient> OpenNewAsync(CancellationToken cancellationToken)
    {
        options.Library.Load();
        await _probe.RunAsync(cancellationToken);
        await _look;
        var look = new ClusterLook(context, options);
        try
        {
            await _probe.CheckAsync(await look.HostsAsync(cancellationToken), cancellationToken);
        }
        finally
        {
            _look = look.CloseAsync();
        }

        return LinkedClient.Open(context, options);
    }

    private static async Task DescribeAsync(LinkedClient client, CancellationToken cancellationToken)
    {
        var refused = client.Trouble.Refusal;
        var wasRefused = refused.IsCompleted;
        var asking = client.Admin.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = AnswerTime });
        // A refusal of long ago may be over; a new one need not be waited for.
        await Task.WhenAny(asking, wasRefused ? asking : refused).WaitAsync(cancellationToken);
        if (refused.IsCompleted && !asking.IsCompletedSuccessfully)
        {
            _ = ForgetAsync(asking);
            throw KafkaErrors.From(await refused);
        }

        try
        {
            await asking;
            client.Trouble.Clear();
        }
        catch (KafkaException fault)
        {
            throw KafkaErrors.From(fault);
        }
    }

    private static async Task ForgetAsync(Task task) =>
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
