using System.Globalization;
using Yyc3.Connectors.MySql.Protocol.Wire;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.MySql.Protocol;

/// <summary>
/// One session at a server. Used by one caller at a time. A command is not stopped by a token, which would leave the
/// connection unusable, but by <see cref="MySqlDataSource.StopAsync"/>, which makes the server end it.
/// </summary>
internal sealed class MySqlConnection : IAsyncDisposable
{
    private readonly MySqlConnectionOptions _options;
    private readonly MySqlDataSource? _pool;
    private PacketChannel? _channel;
    private SessionSetup? _setup;
    private double _timeLimit;
    private int _queued;
    private volatile bool _isBroken;

    /// <summary>Makes a connection that is not open yet.</summary>
    /// <param name="options">Where to and as whom.</param>
    /// <param name="pool">Where disposing it gives it back to; null to close it.</param>
    public MySqlConnection(MySqlConnectionOptions options, MySqlDataSource? pool = null)
    {
        (_options, _pool) = (options, pool);
        Statements = new StatementCache(options.StatementCacheSize);
    }

    /// <summary>Number of the session at the server.</summary>
    public uint ThreadId { get; private set; }

    public string ServerVersion { get; private set; } = "";

    /// <summary>Whether it is of no use any more.</summary>
    public bool IsBroken => _isBroken;

    /// <summary>Whether a KILL was sent at it since its last reset.</summary>
    public bool WasStopped { get; set; }

    /// <summary>When it was given back, by the pool's clock.</summary>
    public long IdleSince { get; set; }

    /// <summary>Whether a server's end of an idle connection has been noticed.</summary>
    public bool HasNews => Channel.HasNews;

    public Capabilities Capabilities { get; private set; }

    public StatementCache Statements { get; }

    public PacketChannel Channel => _channel ?? throw new InvalidOperationException("The connection is not open.");

    /// <summary>Longest packet the server takes.</summary>
    public long LongestPacket => _setup?.LongestPacket ?? PacketWriter.LongestPayload;

    /// <summary>Connects, authenticates and sets the session up.</summary>
    /// <param name="network">The way out.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that completes when commands can be sent.</returns>
    public async Task OpenAsync(OutboundNetwork network, CancellationToken cancellationToken)
    {
        try
        {
            var socket = await network.ConnectAsync(_options.Host, _options.Port, cancellationToken);
            _channel = new PacketChannel(socket);

            // Nothing before the setup reads with a token, so breaking the connection is what ends it.
            await using var end = cancellationToken.UnsafeRegister(
                static state => ((PacketChannel)state!).Abort(),
                _channel
            );
            var handshake = await IntroduceAsync(_channel, cancellationToken);
            ThreadId = handshake.ThreadId;
            ServerVersion = handshake.Version;
            Capabilities = handshake.Capabilities;
            _channel.LongestPayload = _options.LongestRow;
            await SetUpAsync(handshake.IsMariaDb);
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch (Exception error)
        {
            Drop();
            if (error is not OperationCanceledException)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            throw;
        }
    }

    public MySqlCommand CreateCommand(string text) => new(this, text);

    /// <summary>Starts a transaction; the statement travels with the next command, which fails if it does.</summary>
    /// <param name="readOnly">Whether it may only read.</param>
    /// <returns>The transaction.</returns>
    public MySqlTransaction BeginTransaction(bool readOnly)
    {
        Enqueue(readOnly ? "START TRANSACTION READ ONLY" : "START TRANSACTION READ WRITE");
        return new MySqlTransaction(this);
    }

    /// <summary>Makes the server end the next commands by itself when they run too long.</summary>
    /// <param name="timeout">How long they may run; null for as long as the server lets them.</param>
    public void LimitTime(TimeSpan? timeout)
    {
        var limit = _setup!.TimeLimit(timeout);
        if (limit != _timeLimit)
        {
            Enqueue(string.Create(CultureInfo.InvariantCulture, $"SET {_setup.TimeLimitVariable}={limit}"));
            _timeLimit = limit;
        }
    }

    /// <summary>Sends a statement along with the next command.</summary>
    /// <param name="sql">A statement of the client's own that gives no rows.</param>
    public void Enqueue(string sql)
    {
        Write(CommandCode.Query, sql);
        _queued++;
    }

    /// <summary>Sends what is queued and reads its answers.</summary>
    /// <returns>The first failure; null for none.</returns>
    public async ValueTask<MySqlException?> FlushAsync()
    {
        await Channel.FlushAsync(CancellationToken.None);
        MySqlException? failure = null;
        for (; _queued > 0; _queued--)
        {
            var packet = await Channel.ReadAsync(CancellationToken.None);
            if (Answer.IsError(packet.Span))
            {
                failure ??= Failed(Answer.ParseError(packet.Span));
            }
            else
            {
                Answer.Parse(packet.Span);
            }
        }

        return failure;
    }

    public void Write(CommandCode command, string text)
    {
        Channel.Output.Begin(command);
        Channel.Output.Text(text);
        Channel.Output.End();
    }

    /// <summary>Takes note of an error; some end the session.</summary>
    /// <param name="failure">The error.</param>
    /// <returns>The same.</returns>
    public MySqlException Failed(MySqlException failure)
    {
        _isBroken |= MySqlErrorCode.EndsSession(failure.Number);
        return failure;
    }

    /// <summary>Marks it as of no use.</summary>
    public void MarkBroken() => _isBroken = true;

    /// <summary>Asks the server for a sign of life.</summary>
    /// <returns>A task that completes with it.</returns>
    public async Task PingAsync()
    {
        Channel.Output.Begin(CommandCode.Ping);
        Channel.Output.End();
        _queued++;
        if (await FlushAsync() is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>
    /// Makes the session as new: an open transaction is rolled back; variables, temporary tables, locks and compiled statements
    /// are gone.
    /// </summary>
    /// <returns>A task that completes when it is.</returns>
    public async Task ResetAsync()
    {
        // A KILL that came too late for its statement hits the next one instead.
        if (
            WasStopped
            && await ExecuteOwnAsync("DO 0") is { } interrupted
            && interrupted.Number != MySqlErrorCode.QueryInterrupted
        )
        {
            throw interrupted;
        }

        Statements.Clear();
        Channel.Output.Begin(CommandCode.ResetConnection);
        Channel.Output.End();
        _queued++;
        Enqueue(_setup!.Statement);
        if (await FlushAsync() is { } failure)
        {
            throw failure;
        }

        _timeLimit = _setup.ServerTimeLimit;
        WasStopped = false;
    }

    /// <summary>Breaks the connection; whoever waits on it fails. Thread-safe.</summary>
    public void Abort()
    {
        _isBroken = true;
        _channel?.Abort();
    }

    /// <summary>Closes it without a word, pool or not.</summary>
    public void Drop()
    {
        _isBroken = true;
        _channel?.Dispose();
    }

    /// <summary>Says goodbye and closes it, pool or not.</summary>
    /// <returns>A task that completes when it is closed.</returns>
    public async ValueTask CloseAsync()
    {
        try
        {
            if (!IsBroken)
            {
                Write(CommandCode.Quit, "");
                await Channel.FlushAsync(CancellationToken.None);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // It is gone already.
        }

        Drop();
    }

    public ValueTask DisposeAsync() => _pool?.ReturnAsync(this) ?? CloseAsync();

    private async Task<Handshake> IntroduceAsync(PacketChannel channel, CancellationToken cancellationToken)
    {
        try
        {
            return await new ConnectionOpener(channel, _options).OpenAsync(cancellationToken);
        }
        catch (MySqlPacketTooLargeException)
        {
            // No row has come yet: whoever answers is no such server.
            throw new MySqlProtocolException("The server's introduction is too long.");
        }
    }

    private async Task<MySqlException?> ExecuteOwnAsync(string sql)
    {
        Enqueue(sql);
        return await FlushAsync();
    }

    private async Task SetUpAsync(bool isMariaDb)
    {
        var question = CreateCommand(SessionSetup.Question(isMariaDb));
        var reader = await question.ExecuteReaderAsync();
        await reader.ReadAsync();
        string[] answers =
        [
            .. Enumerable.Range(0, reader.FieldCount).Select(column => reader.GetValue(column).ToString()),
        ];
        await reader.DrainAsync();
        _setup = SessionSetup.From(isMariaDb, answers[0], answers[1], answers[2]);
        _timeLimit = _setup.ServerTimeLimit;
        if (await ExecuteOwnAsync(_setup.Statement) is { } failure)
        {
            throw failure;
        }
    }
}
