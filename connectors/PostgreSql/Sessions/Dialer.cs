using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Npgsql;
using Yyc3.Connectors.PostgreSql.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.PostgreSql.Sessions;

/// <summary>
/// Opens connections. Npgsql dials by itself, so it is given an address that the host's network has resolved and allowed; the
/// name is only used for the certificate.
/// </summary>
internal sealed class Dialer(PostgreSqlOptions options, OutboundNetwork network) : IDisposable
{
    private const int ConnectSeconds = 10;
    private const int CancelMilliseconds = 1000;

    /// <summary>Bytes that a call into the kernel moves at most: pages of rows are much larger than the usual 8 KiB.</summary>
    private const int BufferSize = 32 * 1024;

    private const int KeepAliveSeconds = 30;
    private const int PreparedStatements = 64;
    private const int MostSources = 16;

    // What the texts of statements and values rely on; a role or a database may have other defaults.
    private const string SessionOptions =
        "-c standard_conforming_strings=on -c DateStyle=ISO -c IntervalStyle=postgres -c bytea_output=hex "
        + "-c extra_float_digits=1";

    private readonly ConcurrentDictionary<(string Address, bool Tls), NpgsqlDataSource> _sources = [];

    /// <summary>Opens a connection.</summary>
    /// <param name="cancellationToken">Ends the dialling.</param>
    /// <returns>The connection; the caller disposes it.</returns>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var addresses = await network.ResolveAsync(options.Host, cancellationToken);
        for (var i = 0; ; i++)
        {
            try
            {
                return await OpenAsync(addresses[i], cancellationToken);
            }
            catch (NpgsqlException fault) when (i + 1 < addresses.Count && fault.InnerException is SocketException)
            {
                // Nobody there; the name has another address.
            }
        }
    }

    public void Dispose()
    {
        foreach (var source in _sources.Values)
        {
            source.Dispose();
        }

        _sources.Clear();
    }

    private async Task<NpgsqlConnection> OpenAsync(IPAddress address, CancellationToken cancellationToken)
    {
        try
        {
            return await OpenAsync(address, options.Tls != TlsMode.Disable, cancellationToken);
        }
        catch (NpgsqlException fault) when (options.Tls == TlsMode.Prefer && HasNoTls(fault))
        {
            return await OpenAsync(address, withTls: false, cancellationToken);
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(IPAddress address, bool withTls, CancellationToken cancellationToken)
    {
        var connection = Source(address, withTls).CreateConnection();
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (NpgsqlException fault) when (withTls && options.Tls != TlsMode.Prefer && IsRefusal(fault))
        {
            await connection.DisposeAsync();
            throw NetworkFault.Tls.ToException(fault);
        }
        catch (NpgsqlException fault) when (!withTls && IsRefusal(fault))
        {
            await connection.DisposeAsync();
            throw new ConnectorException(
                ErrorKind.PreconditionFailed,
                "AUTH_METHOD_REFUSED",
                "The server asks for the password itself, or cannot prove that it knows it; that needs sslMode require.",
                innerException: fault
            );
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Npgsql says with a bare exception that the server answered "no TLS here", or authenticates in a way that is not wanted;
    /// everything else has a cause or a code.
    /// </summary>
    private static bool IsRefusal(NpgsqlException fault) =>
        fault is not PostgresException && fault.InnerException is null;

    // Npgsql's own "prefer" tries again without TLS after every failure, a wrong password included.
    private static bool HasNoTls(NpgsqlException fault) =>
        IsRefusal(fault)
        || fault.SqlState == PostgresErrorCodes.InvalidAuthorizationSpecification
        || NetworkFault.Find(fault) == NetworkFault.Tls;

    private NpgsqlDataSource Source(IPAddress address, bool withTls)
    {
        var key = (address.ToString(), withTls);
        if (_sources.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_sources.Count >= MostSources)
        {
            // A host whose address changes all the time. Open connections go on without their source.
            Dispose();
        }

        return _sources.GetOrAdd(key, Build);
    }

    private NpgsqlDataSource Build((string Address, bool Tls) key)
    {
        var builder = new NpgsqlDataSourceBuilder();
        var settings = builder.ConnectionStringBuilder;
        settings.Host = key.Address;
        settings.Port = options.Port;
        settings.Database = options.Database;
        settings.Username = options.Username;
        settings.Password = options.Password;
        settings.ApplicationName = "yyc3-connectors";
        settings.Options = SessionOptions;
        settings.Timezone = "UTC";
        settings.Pooling = false;
        settings.Enlist = false;
        settings.Timeout = ConnectSeconds;
        settings.CommandTimeout = 0;
        settings.CancellationTimeout = CancelMilliseconds;
        settings.ReadBufferSize = BufferSize;
        settings.WriteBufferSize = BufferSize;
        settings.TcpKeepAlive = true;
        settings.TcpKeepAliveTime = KeepAliveSeconds;
        settings.TcpKeepAliveInterval = KeepAliveSeconds / 3;
        settings.MaxAutoPrepare = PreparedStatements;
        settings.AutoPrepareMinUsages = 2;
        settings.IncludeFailedBatchedCommand = true;
        settings.GssEncryptionMode = GssEncryptionMode.Disable;
        settings.SslNegotiation = SslNegotiation.Postgres;
        settings.SslMode = key.Tls ? SslMode.Require : SslMode.Disable;
        if (!key.Tls || options.Tls == TlsMode.Prefer)
        {
            // Who pretends to be a server without TLS must not be given the password itself.
            settings.RequireAuth = "ScramSHA256,MD5,None";
        }

        if (key.Tls)
        {
            builder.UseSslClientAuthenticationOptionsCallback(Protect);
        }

        return builder.Build();
    }

    private void Protect(SslClientAuthenticationOptions tls)
    {
        tls.TargetHost = options.Host;
        if (options.Tls != TlsMode.Prefer)
        {
            var checkName = options.Tls == TlsMode.VerifyFull;
            tls.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                options.Trust.Accepts(certificate, chain, errors, checkName);
        }
    }
}
