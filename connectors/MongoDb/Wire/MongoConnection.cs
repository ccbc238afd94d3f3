using System.Net.Security;
using System.Net.Sockets;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Faults;
using Yyc3.Connectors.MongoDb.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.MongoDb.Wire;

/// <summary>
/// One connection; one message at a time. Whatever interrupts an exchange, a caller that gives up included, makes it unusable:
/// nobody could tell any more which answer belongs to which message.
/// </summary>
internal sealed class MongoConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly byte[] _header = new byte[MongoMessage.HeaderSize];
    private int _request;

    private MongoConnection(Socket socket, Stream stream) => (_socket, _stream) = (socket, stream);

    /// <summary>What the server said of itself.</summary>
    public ServerGreeting Server { get; set; } = new(0, 0, HasTransactions: false);

    /// <summary>Timestamp of its last use.</summary>
    public long LastUse { get; set; }

    /// <summary>True when an exchange was interrupted.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether an idle connection is still open: a server that is not asked says nothing unless it closes.</summary>
    public bool IsOpen
    {
        get
        {
            try
            {
                return !IsBroken && !_socket.Poll(0, SelectMode.SelectRead);
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }

    /// <summary>Dials, and agrees on TLS.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="network">The way out.</param>
    /// <param name="cancellationToken">Ends the dialling.</param>
    /// <returns>The connection, before the greeting.</returns>
    public static async Task<MongoConnection> DialAsync(
        MongoDbOptions options,
        OutboundNetwork network,
        CancellationToken cancellationToken
    )
    {
        var socket = await network.ConnectAsync(options.Host, options.Port, cancellationToken);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            if (options.Trust is { } trust)
            {
                var tls = new SslStream(stream);
                stream = tls;
                await tls.AuthenticateAsClientAsync(trust.ClientOptions(options.Host), cancellationToken);
            }

            return new MongoConnection(socket, stream);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a message and reads its answer.</summary>
    /// <param name="message">The message; its frame is filled in here.</param>
    /// <param name="cancellationToken">Gives up, which breaks the connection.</param>
    /// <returns>The answer; the caller disposes it.</returns>
    /// <exception cref="MongoDbFailure">The server refuses the command.</exception>
    /// <exception cref="ConnectorException">The connection fails, or the answer makes no sense.</exception>
    public async Task<MongoReply> AskAsync(BsonWriter message, CancellationToken cancellationToken)
    {
        var reply = await ExchangeAsync(message, cancellationToken);
        try
        {
            reply.ThrowIfFailed();
            return reply;
        }
        catch (BsonFormatException malformed)
        {
            reply.Dispose();
            throw MongoDbErrors.Malformed(malformed);
        }
        catch
        {
            reply.Dispose();
            throw;
        }
    }

    public void Dispose() => _stream.Dispose();

    private async Task<MongoReply> ExchangeAsync(BsonWriter message, CancellationToken cancellationToken)
    {
        var request = ++_request;
        IsBroken = true;
        try
        {
            MongoMessage.Seal(message, request);
            await _stream.WriteAsync(message.Memory, cancellationToken);
            await _stream.ReadExactlyAsync(_header, cancellationToken);
            var length = MongoMessage.BodyLength(_header, request);
            var reply = await MongoReply.ReadAsync(_stream, length, cancellationToken);
            IsBroken = false;
            return reply;
        }
        catch (BsonFormatException malformed)
        {
            throw MongoDbErrors.Malformed(malformed);
        }
        catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException)
        {
            throw MongoDbErrors.Network(
                fault is ObjectDisposedException ? new EndOfStreamException(null, fault) : fault
            );
        }
    }
}
