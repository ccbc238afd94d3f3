using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Tests.Fixtures;
using Yyc3.Connectors.Sdk.Manifests;

namespace Yyc3.Connectors.Runtime.Tests.Integrations;

/// <summary>What a user configures is checked against the manifest, and secrets are split off.</summary>
public sealed class IntegrationSetupTests : IDisposable
{
    private readonly PluginBox _box = new();
    private readonly IntegrationSetup _setup;
    private readonly ConnectorManifest _echo;

    public IntegrationSetupTests()
    {
        _box.Add("echo");
        _box.Add("echo", "2.0.0");
        _box.Add("newer-sdk");
        _box.Registry.Scan();
        _setup = new IntegrationSetup(_box.Registry);
        _echo = _setup.Manifest("echo", null);
    }

    public void Dispose() => _box.Dispose();

    [Fact]
    public void Pin_chooses_the_manifest()
    {
        Assert.Equal("2.0.0", _echo.Version);
        Assert.Equal("2.0.0", _setup.Manifest("echo", "").Version);
        Assert.Equal("1.0.0", _setup.Manifest("echo", "1.0.0").Version);
        Assert.Equal("1.0.0", _setup.Manifest("echo", "[1.0,2.0)").Version);
    }

    [Theory]
    [InlineData("nothing", null, "provider", "must be one of echo, newer-sdk")]
    [InlineData(
        "echo",
        "newest",
        "options.connectorVersion",
        "must be a version such as 1.4.0 or a range such as [1.0,2.0)"
    )]
    [InlineData("echo", "3.0.0", "options.connectorVersion", "matches none of 2.0.0, 1.0.0")]
    [InlineData(
        "newer-sdk",
        null,
        "provider",
        "the plugin newer-sdk failed: it asks for SDK [2.0,3.0), this runtime has 1.0.0"
    )]
    public void Provider_that_cannot_be_used_is_refused(string provider, string? pin, string field, string reason) =>
        Refuses(field, reason, () => _setup.Manifest(provider, pin));

    [Fact]
    public void Type_is_the_manifests()
    {
        IntegrationSetup.CheckType(_echo, "messaging");
        Refuses("type", "must be messaging for the provider echo", () => IntegrationSetup.CheckType(_echo, "storage"));
    }

    [Fact]
    public void Auth_type_is_one_of_the_manifests()
    {
        IntegrationSetup.CheckAuthType(_echo, AuthType.None);
        IntegrationSetup.CheckAuthType(_echo, AuthType.ApiKey);
        foreach (var type in new[] { AuthType.Unspecified, AuthType.Basic, (AuthType)99 })
        {
            Refuses(
                "auth.type",
                "must be none or api-key for the provider echo",
                () => IntegrationSetup.CheckAuthType(_echo, type)
            );
        }
    }

    [Fact]
    public void Secrets_leave_the_config_wherever_they_stood_and_credentials_win()
    {
        var config = Parse("""{"greeting":"hi","token":"from-config","password":"only-config"}""");
        var secrets = IntegrationSetup.Split(_echo, config, Parse("""{"token":"from-credentials"}"""));
        Assert.Equal(Parse("""{"greeting":"hi"}"""), config);
        Assert.Equal(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["token"] = "from-credentials",
                ["password"] = "only-config",
            },
            secrets
        );
    }

    [Fact]
    public void Secret_given_as_an_object_is_kept_as_its_JSON() =>
        Assert.Equal(
            Parse("""{"a":{"b":1}}"""),
            Parse(IntegrationSetup.Split(_echo, new Struct(), Parse("""{"token":{"a":{"b":1}}}"""))["token"])
        );

    [Theory]
    [InlineData("{}", """{"user":"x"}""", "auth.credentials.user", "is not a credential of the provider echo")]
    [InlineData("{}", """{"greeting":"x"}""", "auth.credentials.greeting", "is not a credential of the provider echo")]
    [InlineData("""{"token":1}""", "{}", "config.token", "must be a text")]
    [InlineData("{}", """{"token":null}""", "auth.credentials.token", "must be a text")]
    [InlineData("{}", """{"token":["x"]}""", "auth.credentials.token", "must be a text")]
    public void Credential_that_is_none_is_refused(string config, string credentials, string field, string reason) =>
        Refuses(field, reason, () => IntegrationSetup.Split(_echo, Parse(config), Parse(credentials)));

    [Theory]
    [InlineData("{}", null, "config.greeting")]
    [InlineData("""{"greeting":1}""", null, "config.greeting")]
    [InlineData("""{"greeting":""}""", null, "config.greeting")]
    [InlineData("""{"greeting":"x","colour":"red"}""", null, "config.colour")]
    [InlineData("""{"greeting":"x","retries":9}""", null, "config.retries")]
    [InlineData("""{"greeting":"x","retries":1.5}""", null, "config.retries")]
    [InlineData("""{"greeting":"x","target":{"port":"x"}}""", null, "config.target.port")]
    [InlineData("""{"greeting":"x"}""", "ab", "auth.credentials.token")]
    public void Setting_that_breaks_the_schema_is_named(string settings, string? token, string field)
    {
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal);
        if (token is not null)
        {
            secrets["token"] = token;
        }

        var fault = Assert.Throws<FaultException>(() => IntegrationSetup.Check(_echo, Parse(settings), secrets));
        Assert.Equal((Fault.InvalidIntegrationConfig, field), (fault.Definition, fault.Field));
        Assert.NotEmpty(fault.Reason!);
        Assert.DoesNotContain("\"ab\"", fault.Reason!, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_fit_pass_and_reach_the_connector_with_defaults()
    {
        var settings = Parse("""{"greeting":"hi","retries":5,"target":{"host":"h","port":1}}""");
        IntegrationSetup.Check(
            _echo,
            settings,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["token"] = "abc" }
        );
        Assert.Equal("hi", IntegrationSetup.ForConnector(_echo, settings).GetProperty("greeting").GetString());
        Assert.Equal("hello", IntegrationSetup.ForConnector(_echo, new Struct()).GetProperty("greeting").GetString());
    }

    [Theory]
    [InlineData("""{"a":1}""", """{"b":2}""", """{"a":1,"b":2}""")]
    [InlineData("""{"a":1}""", """{"a":2}""", """{"a":2}""")]
    [InlineData("""{"a":1,"b":2}""", """{"a":null}""", """{"b":2}""")]
    [InlineData("""{"a":1}""", """{"b":null}""", """{"a":1}""")]
    [InlineData("""{"a":{"x":1,"y":2}}""", """{"a":{"y":3,"z":4}}""", """{"a":{"x":1,"y":3,"z":4}}""")]
    [InlineData("""{"a":{"x":1,"y":2}}""", """{"a":{"y":null}}""", """{"a":{"x":1}}""")]
    [InlineData("""{"a":{"x":1}}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[3]}""", """{"a":[3]}""")]
    [InlineData("""{"a":1}""", """{"a":{"x":1}}""", """{"a":{"x":1}}""")]
    public void Merge_replaces_members_and_null_removes_them(string before, string changes, string after)
    {
        var target = Parse(before);
        Assert.Equal(Parse(after), IntegrationSetup.Merge(target, Parse(changes)));
        Assert.Equal(Parse(before), target);
    }

    [Fact]
    public void Merge_with_nothing_changes_nothing() =>
        Assert.Equal(Parse("""{"a":1}"""), IntegrationSetup.Merge(Parse("""{"a":1}"""), null));

    [Fact]
    public void Metadata_is_bounded()
    {
        IntegrationSetup.CheckMetadata(Parse($$"""{"a":"{{new string('x', 16_000)}}"}"""));
        Refuses(
            "metadata",
            "must be at most 16 KiB",
            () => IntegrationSetup.CheckMetadata(Parse($$"""{"a":"{{new string('x', 17_000)}}"}"""))
        );
    }

    [Fact]
    public void Encryption_algorithm_is_a_known_one()
    {
        IntegrationSetup.CheckOptions(new IntegrationOptions { EncryptionAlgorithm = "AES256" });
        IntegrationSetup.CheckOptions(new IntegrationOptions());
        Refuses(
            "options.encryptionAlgorithm",
            "must be AES256 or aws:kms",
            () => IntegrationSetup.CheckOptions(new IntegrationOptions { EncryptionAlgorithm = "DES" })
        );
    }

    private static Struct Parse(string json) => JsonParser.Default.Parse<Struct>(json);

    private static void Refuses(string field, string reason, Action act)
    {
        var fault = Assert.Throws<FaultException>(act);
        Assert.Equal((field, reason), (fault.Field, fault.Reason));
    }
}
