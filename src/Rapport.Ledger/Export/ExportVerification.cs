using System.Security.Cryptography;

namespace Rapport.Ledger;

/// <summary>One run over one export: what was read so far and what was wrong with it.</summary>
internal sealed class ExportVerification : IDisposable
{
    private readonly VerifyOptions _options;
    private readonly ProblemList _problems;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Frontier _frontier = new();
    private readonly Dictionary<LedgerKind, long> _countsByKind = [];
    private readonly Checkpoint? _earlier;

    private string? _origin;
    private LedgerKey? _key;
    private Checkpoint? _checkpoint;
    private TreeHash? _rootAtEarlier;
    private bool _hasUnreadEntries;
    private bool _sawCheckpointLine;
    private long _nextIndex;
    private long _erasedDetails;
    private DateTimeOffset? _earliest;
    private DateTimeOffset? _latest;

    public ExportVerification(VerifyOptions options)
    {
        _options = options;
        _problems = new ProblemList(options.MaxProblems);
        if (options.EarlierCheckpoint is { } text)
        {
            _earlier = Checkpoint.TryParse(text, out var problem);
            if (_earlier is null)
                _problems.Add(null, null, $"the earlier checkpoint cannot be read: {problem}");
        }
    }

    public VerifyReport Run(LineReader lines)
    {
        ReadLines(lines);
        CheckEarlier();
        return new VerifyReport
        {
            Problems = _problems.Listed,
            ProblemCount = _problems.Count,
            Origin = _origin,
            Size = _frontier.Size,
            Root = _frontier.Root,
            KeyFingerprint = _key?.Fingerprint,
            KeyWasPinned = _options.PinnedKey is not null,
            Earliest = _earliest,
            Latest = _latest,
            CountsByKind = _countsByKind,
            ErasedDetails = _erasedDetails,
            Checkpoint = _checkpoint,
        };
    }

    public void Dispose() => _hash.Dispose();

    private void ReadLines(LineReader lines)
    {
        NoteRootAtEarlier();
        if (!NextLine(lines, "a header", out var line))
            return;
        if (!TryReadHeader(line))
            return;
        while (NextLine(lines, _sawCheckpointLine ? "its closing line" : "its checkpoint", out line))
        {
            if (line.StartsWith(ExportFormat.ClosingStart))
            {
                ReadClosing(line, lines.Number);
                if (lines.Read(out _) != LineResult.End)
                    _problems.Add(lines.Number, null, "the file goes on after its closing line");
                return;
            }

            _hash.AppendData(line);
            _hash.AppendData("\n"u8);
            if (_sawCheckpointLine)
                _problems.Add(lines.Number, null, "only the closing line may follow the checkpoint");
            else if (line.StartsWith(ExportFormat.CheckpointStart))
                ReadCheckpoint(line, lines.Number);
            else
                ReadEntry(line, lines.Number);
        }
    }

    /// <summary>The next line without its line feed, or a problem.</summary>
    private bool NextLine(LineReader lines, string awaited, out ReadOnlySpan<byte> line)
    {
        switch (lines.Read(out line))
        {
            case LineResult.Line:
                line = line[..^1];
                return true;
            case LineResult.Unterminated:
                _problems.Add(lines.Number, null, "the file ends in the middle of this line");
                return false;
            case LineResult.TooLong:
                _problems.Add(lines.Number, null, $"the line has more than {ExportFormat.MaxLineLength} bytes, so nothing from here on was read");
                return false;
            default:
                _problems.Add(null, null, $"the file ends before {awaited}");
                return false;
        }
    }

    private bool TryReadHeader(ReadOnlySpan<byte> line)
    {
        _hash.AppendData(line);
        _hash.AppendData("\n"u8);
        var reader = new CanonicalJsonReader(line);
        if (!ExportFormat.TryReadHeader(ref reader, out _origin, out var spki))
        {
            _problems.Add(1, null, "this is not the header of a ledger export that this program can read, so nothing else was");
            return false;
        }

        _key = LedgerKey.TryParse(spki);
        if (_key is null)
            _problems.Add(1, null, "the key is not an ECDSA key on P-256, so no signature can be checked");
        if (_options.PinnedKey is { } pinned && !string.Equals(pinned, _key?.Fingerprint, StringComparison.OrdinalIgnoreCase))
            _problems.Add(1, null, $"the key has the fingerprint `{_key?.Fingerprint}`, not `{pinned}`: someone else signed this file");
        if (_options.Origin is { } origin && origin != _origin)
            _problems.Add(1, null, $"this is the ledger `{_origin}`, not `{origin}`");
        return true;
    }

    private void ReadEntry(ReadOnlySpan<byte> line, long number)
    {
        var reader = new CanonicalJsonReader(line);
        if (!ExportFormat.TryReadEntry(ref reader, out var index, out var leaf, out var details))
        {
            _hasUnreadEntries = true;
            _nextIndex++;
            _problems.Add(number, null, $"the line is not a ledger entry in the exact form (from byte {reader.Position + 1} on)");
            return;
        }

        if (index != _nextIndex)
            _problems.Add(number, index, $"entry {_nextIndex} should stand here: entries are missing, doubled or out of order");
        _nextIndex = index == long.MaxValue ? index : index + 1;
        _frontier.Append(leaf.Hash);
        NoteRootAtEarlier();
        _earliest = _earliest is { } earliest && earliest <= leaf.Time ? earliest : leaf.Time;
        _latest = _latest is { } latest && latest >= leaf.Time ? latest : leaf.Time;
        if (details is null)
        {
            _erasedDetails++;
            return;
        }

        _countsByKind[details.Kind] = _countsByKind.GetValueOrDefault(details.Kind) + 1;
        if (!leaf.CommitsTo(details.Encode()))
            _problems.Add(number, index, "the details are not those that its leaf was made for");
    }

    private void ReadCheckpoint(ReadOnlySpan<byte> line, long number)
    {
        _sawCheckpointLine = true;
        var reader = new CanonicalJsonReader(line);
        string? problem = null;
        _checkpoint = ExportFormat.TryReadCheckpoint(ref reader, out var text) ? Checkpoint.TryParse(text, out problem) : null;
        if (_checkpoint is null)
        {
            _problems.Add(number, null, problem ?? "the line is not a checkpoint in the exact form");
            return;
        }

        if (_checkpoint.Origin != _origin)
            _problems.Add(number, null, $"the checkpoint is of the ledger `{_checkpoint.Origin}`, the file of `{_origin}`");
        if (_checkpoint.Size != _frontier.Size)
            _problems.Add(number, null, $"the checkpoint speaks of {_checkpoint.Size} entries, the file has {_frontier.Size}");
        else if (_checkpoint.Root != _frontier.Root)
            _problems.Add(number, null, "the entries do not add up to the root in the checkpoint: at least one was changed, or they were reordered");
        if (_key is not null && !_checkpoint.IsSignedBy(_key))
            _problems.Add(number, null, "the checkpoint is not signed by the key in the header");
    }

    private void ReadClosing(ReadOnlySpan<byte> line, long number)
    {
        if (!_sawCheckpointLine)
            _problems.Add(number, null, "the checkpoint is missing before this line");
        Span<byte> computed = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(computed);
        Span<byte> stated = stackalloc byte[SHA256.HashSizeInBytes];
        var reader = new CanonicalJsonReader(line);
        if (!ExportFormat.TryReadClosing(ref reader, stated, out var signature))
        {
            _problems.Add(number, null, "the line is not a closing line in the exact form");
            return;
        }

        if (!computed.SequenceEqual(stated))
            _problems.Add(number, null, "the file was changed: it does not have the SHA-256 stated here");
        if (_key is not null && !_key.Verify(ExportFormat.SignedBytes(_origin!, stated), signature))
            _problems.Add(number, null, "the file is not signed by the key in the header");
    }

    private void NoteRootAtEarlier()
    {
        if (_frontier.Size == _earlier?.Size && !_hasUnreadEntries)
            _rootAtEarlier = _frontier.Root;
    }

    private void CheckEarlier()
    {
        if (_earlier is null || _origin is null)
            return;
        if (_earlier.Origin != _origin)
            _problems.Add(null, null, $"the earlier checkpoint is of the ledger `{_earlier.Origin}`, the file of `{_origin}`");
        else if (_key is not null && !_earlier.IsSignedBy(_key))
            _problems.Add(null, null, "the earlier checkpoint is not signed by the key in the file");
        else if (_earlier.Size > _frontier.Size)
            _problems.Add(null, null, $"the earlier checkpoint covered {_earlier.Size} entries, the file has only {_frontier.Size}");
        else if (_earlier.Root != _rootAtEarlier)
            _problems.Add(null, null, $"the first {_earlier.Size} entries are not those that the earlier checkpoint covered: the past was changed");
    }
}
