using System.Text.Json.Serialization;

namespace Yyc3.Connectors.Sdk.Sync.Tables;

/// <summary>Ids of several columns. Generated, since reflection would keep plugins from unloading.</summary>
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(IReadOnlyList<IReadOnlyList<string>>))]
internal sealed partial class KeyJson : JsonSerializerContext;
