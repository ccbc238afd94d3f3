using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests;

public sealed class HostTests
{
    [Fact]
    public async Task The_first_start_makes_a_key_and_later_ones_do_not_show_it()
    {
        await using var host = new HostProcess().With("YYC3_APIKEY", null);
        await host.StartAsync();
        var key = host
            .Banner.Split('\n')
            .Single(line => line.Contains("API key", StringComparison.Ordinal))
            .Split(' ')[^1]
            .Trim();
        using (var rest = host.Client(key))
        {
            Assert.Equal(200, (await rest.GetAsync("/v1/connectors")).Status);
        }

        await host.KillAsync();
        await host.StartAsync();
        Assert.DoesNotContain("API key", host.Banner, StringComparison.Ordinal);
        using var again = host.Client(key);
        Assert.Equal(200, (await again.GetAsync("/v1/connectors")).Status);
        Assert.DoesNotContain(key, host.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_and_version_are_told_without_a_start()
    {
        await using var host = new HostProcess();

        var help = await host.AskAsync("--help");
        var version = await host.AskAsync("--version");

        Assert.Contains("--HttpPort", help, StringComparison.Ordinal);
        Assert.Matches(@"^[0-9]+\.[0-9]+\.[0-9]+", version);
        Assert.False(Directory.Exists(host.DataDirectory));
    }

    [Fact]
    public async Task What_was_answered_survives_kill_9()
    {
        await using var host = new HostProcess();
        await host.StartAsync();
        string fs,
            mq,
            db;
        using (var rest = host.Client())
        {
            fs = await rest.CreateAsync("storage", "local-fs");
            mq = await rest.CreateAsync("messaging", "local-queue");
            db = await rest.CreateAsync("database", "sqlite", """{"path":"k.db"}""");
            await rest.UploadAsync(
                fs,
                ("path", new StringContent("/"), null),
                ("file", new StringContent("kept"), "k.txt")
            );
            await rest.PostAsync(
                $"/v1/integrations/{db}/database/execute",
                """{"command":"create table t as select 7 as n"}"""
            );
            await rest.PostAsync($"/v1/integrations/{mq}/messaging/send", """{"topic":"t","message":"kept"}""");
        }

        await host.KillAsync();
        await host.StartAsync();
        using var after = host.Client();
        Assert.Equal(
            "kept",
            await after.Http.GetStringAsync(
                new Uri($"/v1/integrations/{fs}/storage/download?path=/k.txt", UriKind.Relative)
            )
        );
        var rows = await after.PostAsync($"/v1/integrations/{db}/database/query", """{"query":"select n from t"}""");
        Assert.Equal(7, rows.Data["rows"]![0]!["n"]!.GetValue<int>());
        var messages = await after.GetAsync($"/v1/integrations/{mq}/messaging/receive?topic=t");
        Assert.Equal("kept", messages.Data["messages"]![0]!["value"]!.GetValue<string>());
    }

    [Fact]
    public async Task On_sigterm_a_call_under_way_is_answered_and_the_host_ends_with_0()
    {
        await using var host = new HostProcess();
        await host.StartAsync();
        using var rest = host.Client();
        var db = await rest.CreateAsync("database", "sqlite", """{"path":"d.db"}""");
        var mq = await rest.CreateAsync("messaging", "local-queue");
        var slow = rest.PostAsync(
            $"/v1/integrations/{db}/database/query",
            """{"query":"with recursive c(x) as (select 1 union all select x+1 from c where x<3000000) select max(x) m from c"}"""
        );
        var poll = rest.GetAsync($"/v1/integrations/{mq}/messaging/receive?topic=t&timeout=60000");
        // Both calls are inside when the counter of running calls says so.
        while (!(await rest.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n').Any(IsRunning)) { }

        host.Terminate();
        Assert.Equal(200, (await slow).Status);
        Assert.Empty((await poll).Data["messages"]!.AsArray());
        Assert.Equal(0, await host.WaitForExitAsync());
    }

    [Theory]
    [InlineData("YYC3_HTTPPORT", "many", "YYC3_HTTPPORT")]
    [InlineData("YYC3_APIKEY", "short", "YYC3_APIKEY")]
    [InlineData("YYC3_BIND", "nowhere", "YYC3_BIND")]
    [InlineData("YYC3_STORE", "Hots=db;Password=sesame", "YYC3_STORE (--Store) must be an Npgsql")]
    [InlineData("YYC3_STORE", "postgresql://user:sesame@db/yyc3", "YYC3_STORE (--Store) must be")]
    [InlineData("YYC3_STORE", "Database=yyc3;Password=sesame", "YYC3_STORE (--Store) names no Host")]
    [InlineData("YYC3_STORE", "Host=db;Port=many;Password=sesame", "YYC3_STORE (--Store) must be")]
    [InlineData("YYC3_LEASESECONDS", "1", "YYC3_LEASESECONDS (--LeaseSeconds) must be a whole number from 2 to 300")]
    [InlineData("YYC3_LEASESECONDS", "301", "YYC3_LEASESECONDS (--LeaseSeconds) must be a whole number from 2 to 300")]
    [InlineData("YYC3_DRAINSECONDS", "soon", "YYC3_DRAINSECONDS (--DrainSeconds) must be a whole number from 0 to 300")]
    [InlineData("YYC3_TLSCERTIFICATE", "/none.pem", "YYC3_TLSCERTIFICATE")]
    public async Task A_wrong_setting_ends_the_start_with_one_line_that_names_it(
        string name,
        string value,
        string named
    )
    {
        await using var host = new HostProcess().With(name, value);
        var (code, errors) = await host.FailAsync();
        Assert.Equal(2, code);
        Assert.StartsWith(named, errors.Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_said_in_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var host = new HostProcess().With(
            "YYC3_HTTPPORT",
            port.ToString(System.Globalization.CultureInfo.InvariantCulture)
        );
        var (code, errors) = await host.FailAsync();
        Assert.Equal(3, code);
        Assert.Contains("YYC3_HTTPPORT", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_plugin_hurts_only_itself_and_is_shown_with_its_reason()
    {
        await using var host = new HostProcess();
        var broken = Path.Combine(host.DataDirectory, "plugins", "broken", "1.0.0");
        Directory.CreateDirectory(broken);
        await System.IO.File.WriteAllTextAsync(Path.Combine(broken, "connector.json"), "{ nonsense");
        await host.StartAsync();
        using var rest = host.Client();
        using var response = await rest.Http.GetAsync("/health/ready");
        var page = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal((HttpStatusCode.OK, "degraded"), (response.StatusCode, page["status"]!.GetValue<string>()));
        var failed = page["plugins"]!.AsArray().Single(plugin => plugin!["id"]!.GetValue<string>() == "broken")!;
        Assert.Equal("failed", failed["state"]!.GetValue<string>());
        Assert.Contains("connector.json", failed["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        await rest.CreateAsync("storage", "local-fs");
    }

    [Fact]
    public async Task One_tls_port_speaks_both_protocols()
    {
        await using var host = new HostProcess();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddDays(1)
        );
        var pem = Path.Combine(host.Root, "tls.pem");
        await System.IO.File.WriteAllTextAsync(
            pem,
            certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem()
        );
        await host.With("YYC3_TLSCERTIFICATE", pem).With("YYC3_TLSPORT", "0").StartAsync();
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) =>
            presented is not null && presented.GetCertHashString() == certificate.GetCertHashString();
        using var http = new HttpClient(handler) { BaseAddress = host.Tls };
        foreach (var version in (Version[])[HttpVersion.Version11, HttpVersion.Version20])
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, "/health/live")
            {
                Version = version,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            using var response = await http.SendAsync(message);
            Assert.Equal((HttpStatusCode.OK, version), (response.StatusCode, response.Version));
        }
    }

    [Fact]
    public async Task The_pages_for_operators_need_no_key_and_hold_no_tenants_data()
    {
        await using var host = new HostProcess();
        await host.StartAsync();
        using var rest = new RestClient(host.Http, null);
        using (var admin = host.Client())
        {
            await admin.CreateAsync("storage", "local-fs", """{"root":"canary-root"}""");
        }

        foreach (var path in (string[])["/health/live", "/health/ready", "/metrics", "/openapi.json"])
        {
            using var response = await rest.Http.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.DoesNotContain("canary", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    private static bool IsRunning(string line) =>
        line.StartsWith("rpc_server_active", StringComparison.Ordinal)
        && line.Contains("Query", StringComparison.Ordinal)
        && !line.EndsWith(" 0", StringComparison.Ordinal);

    [Fact]
    public async Task A_second_host_on_the_same_data_directory_is_refused_with_a_line_that_says_so()
    {
        await using var host = new HostProcess();
        await host.StartAsync();
        await using var other = new HostProcess().With("YYC3_DATADIR", host.DataDirectory);
        var (code, errors) = await other.FailAsync();
        Assert.NotEqual(0, code);
        Assert.Contains("YYC3_DATADIR", errors, StringComparison.Ordinal);
        Assert.Contains("is in use by another host", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queues_of_work_are_among_the_metrics()
    {
        await using var host = new HostProcess();
        await host.StartAsync();
        using var rest = host.Client();
        var id = await rest.CreateAsync("database", "sqlite", """{"path":"metrics.db"}""");
        await rest.PostAsync($"/v1/integrations/{id}/sync", """{"direction":"pull"}""");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var metrics = await rest.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), limit.Token);
            if (
                metrics.Contains("work_attempts_total{", StringComparison.Ordinal)
                && metrics.Contains("queue=\"sync\"", StringComparison.Ordinal)
                && metrics.Contains("work_lateness{", StringComparison.Ordinal)
                && metrics.Contains("state=\"dead\"", StringComparison.Ordinal)
            )
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
        }
    }
}
