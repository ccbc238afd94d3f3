using Yyc3.Connectors.Runtime.Sync.Links;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Sync.Carrying;

/// <summary>A record as its side has it now.</summary>
/// <param name="Record">The record.</param>
/// <param name="Link">What was known of it.</param>
/// <param name="State">Its state, which tells it from what was known.</param>
internal readonly record struct RecordChange(SyncRecord Record, RecordLink Link, string State);
