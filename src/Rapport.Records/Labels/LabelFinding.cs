using System.Collections.Concurrent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Labelling;

namespace Rapport.Records;

/// <summary>
/// What the rules find in entries, in what they refer to, in the documents that they lead to and in what leads to them. The bytes of a document in the record are read before anything that leads to it is
/// looked at: reading waits, looking does not. Thread safe but for that reading.
/// </summary>
internal sealed class LabelFinding(LabelRules rules, Compartment compartment, CompartmentState state, EntriesAround around)
{
    private readonly ConcurrentDictionary<LocalId, IReadOnlyList<FoundLabel>> _documents = [];

    /// <summary>What they find in an entry; null when a document must be read first.</summary>
    /// <param name="local">Its id.</param>
    /// <param name="said">It as its sources say it.</param>
    /// <param name="context">Takes what else has a part in it.</param>
    /// <param name="missing">Takes the documents to read.</param>
    internal IReadOnlyList<FoundLabel>? Find(LocalId local, Resource said, HashSet<LocalId> context, List<LocalId> missing)
    {
        if (said.TypeName == "Binary")
        {
            if (FoundIn(local, missing) is not { } own)
            {
                return null;
            }

            var holders = around.HoldersOf(local);
            context.UnionWith(holders);
            return [.. own, .. holders.SelectMany(holder => FindIn(around.Find(holder)!, context))];
        }

        var documents = around.LedTo(said.Json);
        if (documents.Count == 0)
        {
            return rules.Find(said, reference => around.Resolve(reference, context));
        }

        List<FoundLabel> found = [.. FindIn(said, context)];
        foreach (var document in documents.Where(around.IsThere))
        {
            context.Add(document);
            if (FoundIn(document, missing) is not { } inside)
            {
                return null;
            }

            found.AddRange(inside.Select(label => label with { Where = around.ReferenceTo(document) }));
        }

        return found;
    }

    /// <summary>What they find in a current entry of the record, in the words of this node's rules.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyList<FoundLabel>> FindAsync(int row, CancellationToken cancel)
    {
        var local = state.Index.LocalOf(row);
        while (true)
        {
            List<LocalId> missing = [];
            if (Find(local, around.SaidOf(row), [], missing) is { } found)
            {
                return found;
            }

            await ReadAsync(missing, cancel);
        }
    }

    /// <summary>Reads documents of the record, as far as they have bytes that were not read yet.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task ReadAsync(IEnumerable<LocalId> documents, CancellationToken cancel)
    {
        foreach (var document in documents)
        {
            if (!_documents.ContainsKey(document) && around.RowWithBytes(document) is { } row)
            {
                _documents[document] = await ReadAsync(row, cancel);
            }
        }
    }

    private async Task<IReadOnlyList<FoundLabel>> ReadAsync(int row, CancellationToken cancel)
    {
        var binary = around.SaidOf(row);
        try
        {
            var parts = await compartment.ReadPartsAsync(state, row, cancel);
            return await Task.Run(() => rules.Find(Documents.With(binary, parts), static _ => null), cancel);
        }
        catch (SealBrokenException)
        {
            // One that is damaged is one that cannot be read: it stays home, and the rest of the record goes on.
            return rules.Find(binary, static _ => null);
        }
    }

    /// <summary>What they find in an entry, leaving aside the documents that it leads to.</summary>
    private IReadOnlyList<FoundLabel> FindIn(Resource holder, HashSet<LocalId> context)
    {
        var documents = around.LedTo(holder.Json).Where(around.IsThere).Select(around.ReferenceTo).ToHashSet();
        return rules.Find(documents.Count == 0 ? holder : Documents.Without(holder, documents), reference => around.Resolve(reference, context));
    }

    /// <summary>What they find in a document by itself; null when it must be read first.</summary>
    private IReadOnlyList<FoundLabel>? FoundIn(LocalId document, List<LocalId> missing)
    {
        if (_documents.TryGetValue(document, out var known))
        {
            return known;
        }

        if (around.DraftOf(document) is { } draft)
        {
            var binary = Resource.Read(draft.Body);
            return _documents[document] = rules.Find(draft.Parts is { Count: > 0 } parts ? Documents.With(binary, parts) : binary, static _ => null);
        }

        if (around.RowWithBytes(document) is not null)
        {
            missing.Add(document);
            return null;
        }

        return _documents[document] = around.Find(document) is { TypeName: "Binary" } there ? rules.Find(there, static _ => null) : [];
    }
}
