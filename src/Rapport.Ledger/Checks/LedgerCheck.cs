namespace Rapport.Ledger;

/// <summary>
/// The server's own check of one stored ledger: its rows, in order, against its head row and the checkpoint signed last. Feed it all rows,
/// then <see cref="Complete"/>. Pure; not thread safe.
/// </summary>
public sealed class LedgerCheck
{
    private const int MaxProblems = 100;

    private readonly ProblemList _problems = new(MaxProblems);
    private readonly Frontier _frontier = new();
    private readonly long _headSize;
    private readonly byte[] _headFrontier;
    private readonly Checkpoint? _checkpoint;
    private TreeHash? _rootAtCheckpoint;
    private bool _hasBrokenLeaf;
    private long _nextIndex;

    /// <summary>Begins a check.</summary>
    /// <param name="headSize">The ledger's size in the head row.</param>
    /// <param name="headFrontier">The ledger's frontier in the head row, as <see cref="Frontier.ToBytes"/> wrote it.</param>
    /// <param name="origin">Which ledger this is.</param>
    /// <param name="checkpointText">The checkpoint signed last, if there is one.</param>
    /// <param name="key">The key that must have signed it.</param>
    public LedgerCheck(long headSize, ReadOnlySpan<byte> headFrontier, string origin, string? checkpointText, LedgerKey key)
    {
        _headSize = headSize;
        _headFrontier = headFrontier.ToArray();
        if (Frontier.TryFromBytes(headFrontier) is not { } head || head.Size != headSize)
            _problems.Add(null, null, "the head row's size and frontier do not belong together");
        if (checkpointText is null)
            return;

        _checkpoint = Checkpoint.TryParse(checkpointText, out var problem);
        if (_checkpoint is null)
            _problems.Add(null, null, $"the checkpoint signed last cannot be read: {problem}");
        else if (_checkpoint.Origin != origin)
            _problems.Add(null, null, $"the checkpoint signed last is of the ledger `{_checkpoint.Origin}`, not of `{origin}`");
        else if (!_checkpoint.IsSignedBy(key))
            _problems.Add(null, null, "the checkpoint signed last is not signed by this server's key");
        NoteRootAtCheckpoint();
    }

    /// <summary>How many entries so far have no details any more.</summary>
    public long ErasedDetails { get; private set; }

    /// <summary>Takes the next row.</summary>
    /// <param name="index">Its sequence number, which must be the number of rows before it.</param>
    /// <param name="leaf">Its leaf, as stored.</param>
    /// <param name="encodedDetails">
    /// Its details, unsealed and still encoded; null when they are gone with their key. Details that do not unseal although the key is
    /// there are a problem of their own: <see cref="AddProblem"/>.
    /// </param>
    public void Add(long index, ReadOnlySpan<byte> leaf, ReadOnlyMemory<byte>? encodedDetails)
    {
        if (index != _nextIndex)
            _problems.Add(null, index, $"entry {_nextIndex} should stand here: rows are missing, doubled or out of order");
        _nextIndex = index == long.MaxValue ? index : index + 1;
        if (!LedgerLeaf.TryParse(leaf, out var parsed))
        {
            _hasBrokenLeaf = true;
            _problems.Add(null, index, "the leaf is broken");
            return;
        }

        _frontier.Append(parsed.Hash);
        NoteRootAtCheckpoint();
        if (encodedDetails is not { } details)
            ErasedDetails++;
        else if (!parsed.CommitsTo(details.Span))
            _problems.Add(null, index, "the details are not those that its leaf was made for");
        else if (LedgerDetails.TryDecode(details) is null)
            _problems.Add(null, index, "the details are not in the form of a ledger entry");
    }

    /// <summary>Adds a problem that the caller found with a row.</summary>
    public void AddProblem(long index, string text) => _problems.Add(null, index, text);

    /// <summary>Ends the check and gives all problems found, at most 100.</summary>
    public IReadOnlyList<LedgerProblem> Complete()
    {
        if (_frontier.Size != _headSize)
            _problems.Add(null, null, $"the head row says {_headSize} entries, {_frontier.Size} are stored");
        else if (!_hasBrokenLeaf && !_frontier.ToBytes().AsSpan().SequenceEqual(_headFrontier))
            _problems.Add(null, null, "the stored entries do not add up to the frontier in the head row");
        if (_checkpoint is null)
            return _problems.Listed;

        if (_checkpoint.Size > _frontier.Size)
            _problems.Add(null, null, $"a checkpoint over {_checkpoint.Size} entries was signed, {_frontier.Size} are stored");
        else if (_checkpoint.Root != _rootAtCheckpoint)
            _problems.Add(null, null, $"the first {_checkpoint.Size} entries are not those that the checkpoint signed last covers");
        return _problems.Listed;
    }

    private void NoteRootAtCheckpoint()
    {
        if (_frontier.Size == _checkpoint?.Size && !_hasBrokenLeaf)
            _rootAtCheckpoint = _frontier.Root;
    }
}
