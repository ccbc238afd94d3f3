using Google.Protobuf.Reflection;
using Yyc3.Connectors.Contracts.Access.V1;
using Yyc3.Connectors.Contracts.Connector.V1;
using Yyc3.Connectors.Contracts.Database.V1;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Contracts.Messaging.V1;
using Yyc3.Connectors.Contracts.Storage.V1;

namespace Yyc3.Connectors.Architecture.Tests;

/// <summary>docs/reference.md is written from the protos; ACCEPT_DOCS=1 writes it anew.</summary>
public sealed class ReferenceTests
{
    private static readonly ServiceDescriptor[] Services =
    [
        IntegrationService.Descriptor,
        ConnectorService.Descriptor,
        StorageService.Descriptor,
        DatabaseService.Descriptor,
        MessagingService.Descriptor,
        AccessService.Descriptor,
    ];

    [Fact]
    public void Reference_says_what_the_protos_say()
    {
        var file = Path.Combine(Repository.Root, "docs/reference.md");
        var reference = new ReferencePage().Write(Services);
        if (string.Equals(Environment.GetEnvironmentVariable("ACCEPT_DOCS"), "1", StringComparison.Ordinal))
        {
            System.IO.File.WriteAllText(file, reference);
        }

        Assert.Equal(System.IO.File.ReadAllText(file), reference, ignoreLineEndingDifferences: true);
    }
}
