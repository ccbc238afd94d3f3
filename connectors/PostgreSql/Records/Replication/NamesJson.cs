using System.Text.Json.Serialization;

namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>Lists of names. Generated, since reflection would keep plugins from unloading.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class NamesJson : JsonSerializerContext;
