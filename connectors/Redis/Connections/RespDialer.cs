using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Redis.Faults;
using Yyc3.Connectors.Redis.Protocol;
using Yyc3.Connectors.Redis.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Redis.Connections;

/// <summary>Opens connections: dials, agrees on TLS, logs in and chooses the database. Thread-safe.</summary>
internal sealed partial class RespDialer(RedisOptions options, ConnectorContext context)
{
    /// <summary>Opens a connection.</summary>
    /// <exception cref="ConnectorException">With the reason.</exception>
    public async Task<RespChannel> ConnectAsync(CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(options.ConnectTimeout, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await OpenAsync(either.Token);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw RedisErrors.Connection(new TimeoutException("The connection was not open in time.", late));
        }
        catch (Exception fault) when (fault is not (ConnectorException or OperationCanceledException))
        {
            throw RedisErrors.Connection(fault);
        }
    }

    private async Task<RespChannel> OpenAsync(CancellationToken cancellationToken)
    {
        var socket = await context.Network.ConnectAsync(options.Host, options.Port, cancellationToken);
        RespChannel? channel = null;
        try
        {
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Trust is { } trust)
            {
                stream = await EncryptAsync(stream, trust, cancellationToken);
            }

            channel = new RespChannel(socket, stream, options.MaxReplyBytes);
            await LogInAsync(channel, cancellationToken);
            return channel;
        }
        catch
        {
            socket.Dispose();
            if (channel is not null)
            {
                await channel.DisposeAsync();
            }

            throw;
        }
    }

    private async Task<Stream> EncryptAsync(Stream plain, CertificateTrust trust, CancellationToken cancellationToken)
    {
        var stream = new SslStream(plain);
        try
        {
            await stream.AuthenticateAsClientAsync(trust.ClientOptions(options.Host), cancellationToken);
            return stream;
        }
        catch (IOException fault) when (fault.InnerException is not SocketException)
        {
            // The other side hung up in the middle of the agreement: it speaks no TLS.
            throw new AuthenticationException("No TLS.", fault);
        }
    }

    private async Task LogInAsync(RespChannel channel, CancellationToken cancellationToken)
    {
        var hello = options.Password is { } password
            ? await AskAsync(channel, cancellationToken, "HELLO", "3", "AUTH", options.Username ?? "default", password)
            : await AskAsync(channel, cancellationToken, "HELLO", "3");
        if (hello.IsError)
        {
            await LogInByVersion2Async(channel, hello.ErrorCode, cancellationToken);
        }

        if (options.Database > 0)
        {
            await SelectAsync(channel, cancellationToken);
        }
    }

    private async Task LogInByVersion2Async(RespChannel channel, string refusal, CancellationToken cancellationToken)
    {
        // HELLO is unknown, renamed or not permitted, or version 3 is; all else is final.
        if (refusal is not ("ERR" or "NOPROTO" or "NOPERM"))
        {
            throw RedisErrors.OfServer(refusal);
        }

        LogVersion2(context.Logger, refusal);
        channel.Version = 2;
        if (options.Password is { } password)
        {
            var answer = options.Username is { } username
                ? await AskAsync(channel, cancellationToken, "AUTH", username, password)
                : await AskAsync(channel, cancellationToken, "AUTH", password);
            if (answer.IsError)
            {
                throw answer.ErrorCode is "ERR" ? RedisErrors.BadCredentials() : RedisErrors.OfServer(answer.ErrorCode);
            }

            return;
        }

        // A server that is full refuses whatever is asked first with the same code, and hangs up. A user who may not even PING
        // has logged in all the same.
        var sign = await AskAsync(channel, cancellationToken, "PING");
        if (sign.IsError && sign.ErrorCode is not "NOPERM")
        {
            throw RedisErrors.OfServer(sign.ErrorCode);
        }
    }

    private async Task SelectAsync(RespChannel channel, CancellationToken cancellationToken)
    {
        var number = options.Database.ToString(CultureInfo.InvariantCulture);
        var answer = await AskAsync(channel, cancellationToken, "SELECT", number);
        if (answer.IsError)
        {
            // The number is one, so it can only be that there is no such database.
            throw answer.ErrorCode is "ERR"
                ? new ConnectorException(
                    ErrorKind.NotFound,
                    "DATABASE_NOT_FOUND",
                    "The server has no database of that number."
                )
                : RedisErrors.OfServer(answer.ErrorCode);
        }
    }

    private static async Task<RespValue> AskAsync(
        RespChannel channel,
        CancellationToken cancellationToken,
        params string[] words
    )
    {
        using var request = new RequestBuffer().Command(words);
        await channel.SendAsync(request, cancellationToken);
        return await channel.ReadAsync(cancellationToken);
    }

    [LoggerMessage(
        Level = LogLevel.Debug,
        Message = "The server refuses HELLO 3 with {Code}; version 2 of the protocol is spoken."
    )]
    private static partial void LogVersion2(ILogger logger, string code);
}
