using Yyc3.Connectors.LocalFs;
using Yyc3.Connectors.LocalFs.Files;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Connectors.Tests.LocalFs;

/// <summary>Where the root may be, what the check says of it, and what the system's errors become.</summary>
public sealed class LocalFsRootTests : IDisposable
{
    private readonly ConnectorHarness _harness = new();

    public static TheoryData<int, ErrorKind, string> SystemErrors =>
        new()
        {
            { Linux.NoSpace, ErrorKind.QuotaExceeded, "STORAGE_FULL" },
            { Linux.OverQuota, ErrorKind.QuotaExceeded, "STORAGE_FULL" },
            { unchecked((int)0x80070070), ErrorKind.QuotaExceeded, "STORAGE_FULL" },
            { Linux.AccessDenied, ErrorKind.PermissionDenied, "ACCESS_DENIED" },
            { Linux.NotPermitted, ErrorKind.PermissionDenied, "ACCESS_DENIED" },
            { Linux.ReadOnlyFileSystem, ErrorKind.PermissionDenied, "ACCESS_DENIED" },
            { Linux.NameTooLong, ErrorKind.InvalidArgument, "INVALID_ARGUMENT" },
            { Linux.IsDirectory, ErrorKind.AlreadyExists, "PATH_IS_A_FOLDER" },
            { Linux.NotDirectory, ErrorKind.AlreadyExists, "PATH_IS_A_FILE" },
            { Linux.CrossDevice, ErrorKind.PreconditionFailed, "OTHER_FILE_SYSTEM" },
            { Linux.IoError, ErrorKind.Unavailable, "STORAGE_FAILED" },
        };

    public void Dispose() => _harness.Dispose();

    [Theory]
    [MemberData(nameof(SystemErrors))]
    public void An_error_of_the_system_becomes_a_clear_one(int number, ErrorKind kind, string code)
    {
        var error = Assert.IsType<ConnectorException>(LocalFsErrors.Translate(LocalFsErrors.FromNumber(number, null)));
        Assert.Equal((kind, code), (error.Kind, error.Code));
    }

    [Fact]
    public async Task Without_a_root_each_integration_has_a_folder_of_its_own()
    {
        using var store = new LocalFsConnector(_harness.Context(integrationId: "int-7"));
        Assert.False(Directory.Exists(Path.Combine(_harness.DataDirectory, "files")));

        using var content = new MemoryStream([1]);
        await store.PutAsync("a", content, new PutOptions(), default);
        Assert.True(File.Exists(Path.Combine(_harness.DataDirectory, "files", "int-7", "a")));
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("../outside")]
    [InlineData(".runtime/keys")]
    public void A_root_outside_of_what_is_allowed_is_refused(string root)
    {
        var error = Assert.Throws<ConnectorException>(() =>
        {
            using var store = new LocalFsConnector(_harness.Context(new { root }));
        });
        Assert.Equal((ErrorKind.InvalidArgument, "config.root"), (error.Kind, error.Field));
    }

    [Fact]
    public async Task A_folder_the_operator_lists_is_served_as_it_is()
    {
        using var other = new ConnectorHarness();
        await File.WriteAllTextAsync(Path.Combine(other.DataDirectory, "there.txt"), "already");
        using var harness = new ConnectorHarness { LocalRoots = [other.DataDirectory] };
        using var store = new LocalFsConnector(harness.Context(new { root = other.DataDirectory }));
        var page = await store.ListAsync(new ListOptions(), default);

        Assert.Equal("there.txt", Assert.Single(page.Objects).Key);
    }

    [Fact]
    public async Task Reading_an_empty_root_finds_nothing()
    {
        using var store = new LocalFsConnector(_harness.Context());
        Assert.Empty((await store.ListAsync(new ListOptions(), default)).Objects);
        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await store.StatAsync("a/b", versionId: null, default)
        );
        Assert.Equal("OBJECT_NOT_FOUND", error.Code);
    }

    [Fact]
    public async Task The_check_makes_nothing()
    {
        using var store = new LocalFsConnector(_harness.Context(new { root = "not/yet" }));
        Assert.True((await store.CheckAsync(default)).IsHealthy);
        Assert.False(Directory.Exists(Path.Combine(_harness.DataDirectory, "not")));
    }

    [Fact]
    public async Task The_check_reports_a_root_that_is_a_file()
    {
        await File.WriteAllTextAsync(Path.Combine(_harness.DataDirectory, "file"), "x");
        using var store = new LocalFsConnector(_harness.Context(new { root = "file/inside" }));
        var report = await store.CheckAsync(default);

        Assert.False(report.IsHealthy);
        Assert.Equal(("ROOT_IS_A_FILE", false), (report.Code, report.Retryable));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task A_page_has_a_size_from_1_to_1000(int limit)
    {
        using var store = new LocalFsConnector(_harness.Context());
        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await store.ListAsync(new ListOptions { Limit = limit }, default)
        );
        Assert.Equal((ErrorKind.InvalidArgument, "limit"), (error.Kind, error.Field));
    }
}
