using System.Security.Cryptography;
using System.Text;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>Names of slots and publications. They are the same in every process, and no other integration's.</summary>
internal sealed class ReplicationNames(ConnectorContext context)
{
    /// <summary>What all names of this integration begin with.</summary>
    public string Prefix { get; } = $"yyc3_{context.ComputeIntegrationHash():x16}_";

    /// <summary>The name of a resource's slot, and of its publication. It needs no quoting.</summary>
    /// <param name="resource">Name of the resource.</param>
    public string Of(string resource) =>
        Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(resource)).AsSpan(0, 8));
}
