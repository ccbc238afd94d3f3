using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Yyc3.Connectors.RabbitMq.Faults;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.RabbitMq.Connections;

/// <summary>One open connection. Once lost it is never used again. Thread-safe.</summary>
internal sealed class BrokerLink : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly IConnection _connection;
    private readonly CancellationTokenSource _lost = new();
    private int _isBlocked;
    private int _isClosing;

    public BrokerLink(IConnection connection)
    {
        _connection = connection;
        Lost = _lost.Token;
        // Before any channel is made: a publisher that waits for the socket must let go before its channel can shut down.
        connection.ConnectionShutdownAsync += OnShutdownAsync;
        connection.ConnectionBlockedAsync += OnBlockedAsync;
        connection.ConnectionUnblockedAsync += OnUnblockedAsync;
    }

    /// <summary>Cancelled when the connection is gone.</summary>
    public CancellationToken Lost { get; }

    public bool IsOpen => _connection.IsOpen && !Lost.IsCancellationRequested;

    /// <summary>Whether the broker has said that it takes no messages now.</summary>
    public bool IsBlocked => Volatile.Read(ref _isBlocked) == 1;

    /// <summary>Opens a channel.</summary>
    /// <param name="confirms">Whether the broker is to confirm what is published on it.</param>
    public async Task<IChannel> OpenChannelAsync(bool confirms)
    {
        try
        {
            // The library's own tracking adds a header to every message and keeps no order; see PublishChannel.
            return await _connection.CreateChannelAsync(
                new CreateChannelOptions(confirms, publisherConfirmationTrackingEnabled: false),
                Lost
            );
        }
        catch (Exception fault)
        {
            throw Explain(fault);
        }
    }

    /// <summary>Closes a channel, whatever state it is in.</summary>
    public async Task CloseAsync(IChannel channel)
    {
        try
        {
            await channel.AbortAsync(Lost);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // It is closed with its connection at the latest.
        }
    }

    /// <summary>What a failure on this connection means.</summary>
    public ConnectorException Explain(Exception fault) =>
        fault is OperationCanceledException && Lost.IsCancellationRequested
            ? RabbitMqErrors.Lost(fault)
            : RabbitMqErrors.From(fault);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosing, 1) == 1)
        {
            return;
        }

        await _lost.CancelAsync();
        try
        {
            await _connection.AbortAsync(Patience);
            await _connection.DisposeAsync();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // It is gone, which is what was wanted.
        }
    }

    private Task OnShutdownAsync(object sender, ShutdownEventArgs reason) => _lost.CancelAsync();

    private Task OnBlockedAsync(object sender, ConnectionBlockedEventArgs reason)
    {
        Volatile.Write(ref _isBlocked, 1);
        return Task.CompletedTask;
    }

    private Task OnUnblockedAsync(object sender, AsyncEventArgs reason)
    {
        Volatile.Write(ref _isBlocked, 0);
        return Task.CompletedTask;
    }
}
