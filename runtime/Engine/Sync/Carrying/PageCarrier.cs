using Yyc3.Connectors.Runtime.Mapping;
using Yyc3.Connectors.Runtime.Sync.Links;
using Yyc3.Connectors.Runtime.Sync.Records;
using Yyc3.Connectors.Runtime.Sync.Runs;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Sync.Carrying;

/// <summary>
/// Carries pages of one resource from one side to the other: finds what has really changed, what the other side has changed too,
/// writes what is to be written, and says what is known of each record then. Writes nothing into the runtime's own state.
/// </summary>
internal sealed class PageCarrier(
    SyncPlan plan,
    string runId,
    long generation,
    SyncSide side,
    RecordResource resource,
    SyncEnd to,
    RecordMapping? mapping,
    LinkStore links,
    ConflictStore conflicts
)
{
    private readonly SyncSide _other = side == SyncSide.Remote ? SyncSide.Target : SyncSide.Remote;

    /// <summary>
    /// A one-way sync into another provider writes without asking what is there: that side is not anybody's to change. The
    /// runtime's own records may have been changed through the API.
    /// </summary>
    private readonly bool _asksOther = plan.IsTwoWay || to.IsLocal;

    /// <summary>
    /// A page may be prepared, and carried, while what is known of those before is still being written down, unless they have a
    /// record in common: nothing else that was written there is looked at.
    /// </summary>
    public bool MayRunAhead => !_asksOther;

    /// <summary>Carries a page. Once for each.</summary>
    /// <param name="page">What is to be carried.</param>
    /// <param name="cancellationToken">Ends the work; what was written stays.</param>
    /// <returns>What is to be written down.</returns>
    public async Task<PageOutcome> CarryAsync(PreparedPage page, CancellationToken cancellationToken)
    {
        if (page.Changed.Count > 0)
        {
            await CarryAsync(page.Changed, page.Outcome, cancellationToken);
        }

        return page.Outcome;
    }

    /// <summary>Finds what has changed since it was carried last. Writes nothing.</summary>
    /// <param name="records">The records; the last of an id counts.</param>
    /// <param name="marksSeen">They come from looking through everything.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What is to be carried.</returns>
    public async Task<PreparedPage> PrepareAsync(
        IReadOnlyList<SyncRecord> records,
        bool marksSeen,
        CancellationToken cancellationToken
    )
    {
        var outcome = new PageOutcome();
        var latest = new Dictionary<string, SyncRecord>(records.Count, StringComparer.Ordinal);
        foreach (var record in records)
        {
            if (RecordIds.Obstacle(record.Id) is { } obstacle)
            {
                // Nothing can be remembered of it, so it fails anew each time it is seen.
                var shown = record with
                {
                    Id = RecordIds.Shown(record.Id),
                };
                var link = new RecordLink { Id = shown.Id };
                Count(link, outcome.Counts);
                Fail(shown, link, ConnectorException.Invalid("recordId", obstacle), outcome);
                continue;
            }

            latest[record.Id] = record;
        }

        var known = await links.LoadAsync(latest.Keys, cancellationToken);
        var changed = new List<RecordChange>();
        foreach (var source in latest.Values)
        {
            var isKnown = known.TryGetValue(source.Id, out var link);
            link ??= new RecordLink { Id = source.Id };
            if (Map(source, link, marksSeen, outcome) is not { } record)
            {
                continue;
            }

            var change = new RecordChange(record, link, RecordHash.StateOf(record));
            var hasChanged = HasChanged(change, isKnown);
            if (marksSeen && !record.IsDeleted)
            {
                link.See(side, generation);
            }

            if (hasChanged)
            {
                changed.Add(change);
            }
            else if (marksSeen && isKnown)
            {
                outcome.Links.Add(link);
            }
        }

        return new PreparedPage(changed, outcome);
    }

    /// <summary>The record in the form of the other side; null when it has none, which is then noted.</summary>
    private SyncRecord? Map(SyncRecord record, RecordLink link, bool marksSeen, PageOutcome outcome)
    {
        try
        {
            return IsTooOld(record) ? record : mapping?.Apply(record) ?? record;
        }
        catch (ConnectorException fault)
        {
            if (marksSeen)
            {
                link.See(side, generation);
            }

            Count(link, outcome.Counts);
            Fail(record, link, fault, outcome);
            outcome.Links.Add(link);
            return null;
        }
    }

    private void Fail(SyncRecord record, RecordLink link, ConnectorException fault, PageOutcome outcome)
    {
        link.Fail(side, generation);
        outcome.Counts.Failed++;
        outcome.Failures.Add(new SyncFailure(resource.Name, record.Id, side, fault.Code, fault.Message));
    }

    private bool HasChanged(RecordChange change, bool isKnown)
    {
        var (record, link, state) = change;
        if (record.IsDeleted && !isKnown)
        {
            return false;
        }

        if (IsTooOld(record))
        {
            return false;
        }

        return link.HasFailed(side) || !string.Equals(link.State(side), state, StringComparison.Ordinal);
    }

    private bool IsTooOld(SyncRecord record) =>
        plan.ModifiedSince is { } since && record.ModifiedAt is { } at && at < since;

    private async Task CarryAsync(List<RecordChange> changed, PageOutcome outcome, CancellationToken cancellationToken)
    {
        var others = _asksOther
            ? (
                await to.FindAsync(resource.Name, [.. changed.Select(pair => pair.Record.Id)], cancellationToken)
            ).ToDictionary(record => record.Id, StringComparer.Ordinal)
            : [];
        var open = _asksOther
            ? await conflicts.OpenAsync(resource.Name, [.. changed.Select(pair => pair.Record.Id)], cancellationToken)
            : [];
        var writes = new List<RecordChange>();
        foreach (var change in changed)
        {
            if (!_asksOther)
            {
                writes.Add(change);
                continue;
            }

            var id = change.Record.Id;
            var other = others.GetValueOrDefault(id) ?? new SyncRecord { Id = id, IsDeleted = true };
            Decide(change, other, open.Contains(id), writes, outcome);
        }

        await WriteAsync(writes, outcome, cancellationToken);
        var waiting = outcome.Conflicts.Select(conflict => conflict.Remote.Id).ToHashSet(StringComparer.Ordinal);
        outcome.Closed.AddRange(
            changed
                .Where(pair =>
                    open.Contains(pair.Record.Id) && !waiting.Contains(pair.Record.Id) && !pair.Link.HasFailed(side)
                )
                .Select(pair => pair.Record.Id)
        );
    }

    private void Decide(
        RecordChange change,
        SyncRecord other,
        bool isUndecided,
        List<RecordChange> writes,
        PageOutcome outcome
    )
    {
        var (record, link, state) = change;
        var otherState = RecordHash.StateOf(other);
        var isOtherAsKnown = string.Equals(
            link.State(_other) ?? RecordHash.Deleted,
            otherState,
            StringComparison.Ordinal
        );
        if (RecordHash.AreEqual(record, other))
        {
            // Both say the same already: nothing to move, only to know.
            Settle(change, otherState, outcome);
            return;
        }

        if (isOtherAsKnown && !isUndecided)
        {
            writes.Add(change);
            return;
        }

        // One that still waits for somebody is counted once; a policy that settles it now counts it again.
        var isNew =
            !(isUndecided && plan.Conflicts == ConflictPolicy.Manual)
            && !string.Equals(link.ConflictRun, runId, StringComparison.Ordinal);
        link.ConflictRun = runId;
        switch (Winner(record, other))
        {
            case { } winner when winner == side:
                writes.Add(change);
                break;
            case null:
                outcome.Conflicts.Add(side == SyncSide.Remote ? (record, other) : (other, record));
                Settle(change, otherState, outcome);
                break;
            default:
                // The other side's version comes in the other direction, if that is wanted.
                link.Set(side, state);
                link.Succeed(side);
                outcome.Links.Add(link);
                break;
        }

        if (isNew)
        {
            outcome.Counts.Conflicts++;
        }
    }

    private void Settle(RecordChange change, string otherState, PageOutcome outcome)
    {
        var link = change.Link;
        link.Set(side, change.State);
        link.Set(_other, otherState);
        link.Succeed();
        outcome.Links.Add(link);
    }

    /// <summary>The side whose version counts; null when nobody can tell but a person.</summary>
    private SyncSide? Winner(SyncRecord record, SyncRecord other) =>
        plan.Conflicts switch
        {
            ConflictPolicy.PreferLocal => SyncSide.Target,
            ConflictPolicy.PreferRemote => SyncSide.Remote,
            ConflictPolicy.NewestWins when record.IsDeleted != other.IsDeleted => record.IsDeleted ? _other : side,
            ConflictPolicy.NewestWins when record.ModifiedAt != other.ModifiedAt => record.ModifiedAt is null ? _other
            : other.ModifiedAt is null || record.ModifiedAt > other.ModifiedAt ? side
            : _other,
            ConflictPolicy.NewestWins => SyncSide.Remote,
            _ => null,
        };

    private async Task WriteAsync(List<RecordChange> writes, PageOutcome outcome, CancellationToken cancellationToken)
    {
        if (writes.Count == 0)
        {
            return;
        }

        var results = await WriteAsync([.. writes.Select(write => write.Record)], cancellationToken);
        var unsure = new List<RecordChange>();
        for (var index = 0; index < writes.Count; index++)
        {
            var change = writes[index];
            var (record, link, state) = change;
            Count(link, outcome.Counts);
            outcome.Links.Add(link);
            if (results[index].Error is { } error)
            {
                Fail(record, link, error, outcome);
                continue;
            }

            link.Succeed();
            link.Set(side, state);
            link.Set(_other, StateOfWritten(change, results[index]));
            if (plan.IsTwoWay && link.State(_other) == RecordHash.Unknown)
            {
                unsure.Add(change);
            }
        }

        await ReadBackAsync(unsure, cancellationToken);
    }

    /// <summary>What the other side will show, as far as that is known without looking.</summary>
    private string StateOfWritten(RecordChange change, RecordResult result) =>
        change.Record is not { IsDeleted: false } record ? RecordHash.Deleted
        : record.Content is null && to.IsLocal ? change.State
        : record.Content is null ? RecordHash.Unknown
        : result.Version ?? RecordHash.Unknown;

    /// <summary>A record that was already counted as a conflict of this run is only put into effect.</summary>
    private void Count(RecordLink link, SyncCounts counts)
    {
        if (string.Equals(link.ConflictRun, runId, StringComparison.Ordinal))
        {
            return;
        }

        if (side == SyncSide.Remote)
        {
            counts.Pulled++;
        }
        else
        {
            counts.Pushed++;
        }
    }

    /// <summary>
    /// Learns how the other side shows what was written, so that it is not taken for a change when that side is read: it may
    /// have cut moments short or left fields out, and that must not go back to where the whole record lies.
    /// </summary>
    private async Task ReadBackAsync(List<RecordChange> written, CancellationToken cancellationToken)
    {
        if (written.Count == 0)
        {
            return;
        }

        var found = (
            await to.FindAsync(resource.Name, [.. written.Select(pair => pair.Record.Id)], cancellationToken)
        ).ToDictionary(record => record.Id, StringComparer.Ordinal);
        foreach (var (record, link, _) in written)
        {
            if (found.TryGetValue(record.Id, out var now))
            {
                link.Set(_other, RecordHash.StateOf(now));
            }
        }
    }

    /// <summary>Fields go in one batch; contents one by one, several at a time.</summary>
    private async Task<IReadOnlyList<RecordResult>> WriteAsync(
        List<SyncRecord> records,
        CancellationToken cancellationToken
    )
    {
        if (records.TrueForAll(record => record.Content is null))
        {
            return await to.WriteAsync(Batch(records), cancellationToken);
        }

        var results = new RecordResult[records.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, records.Count),
            new ParallelOptions { MaxDegreeOfParallelism = plan.Parallelism, CancellationToken = cancellationToken },
            async (index, token) => results[index] = (await to.WriteAsync(Batch([records[index]]), token))[0]
        );
        return results;
    }

    private RecordBatch Batch(IReadOnlyList<SyncRecord> records) =>
        new(resource.Name, records)
        {
            KeyFields = mapping?.KeysOf(resource.KeyFields) ?? resource.KeyFields,
            UnknownFields = plan.UnknownFields,
        };
}
