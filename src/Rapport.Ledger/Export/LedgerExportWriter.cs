using System.Buffers;
using System.Security.Cryptography;

namespace Rapport.Ledger;

/// <summary>
/// Writes a ledger as one file that anyone can check with <see cref="LedgerVerifier"/>, entry by entry, holding one line in memory. The
/// format is in <c>docs/ledger-format.md</c>. Not thread safe. The caller flushes the output as it likes.
/// </summary>
public sealed class LedgerExportWriter : IDisposable
{
    private readonly IBufferWriter<byte> _output;
    private readonly string _origin;
    private readonly CheckpointSigner _signer;
    private readonly CanonicalJsonWriter _line = new();
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Frontier _frontier = new();
    private bool _completed;

    /// <summary>Begins the file.</summary>
    /// <param name="output">Where the file goes.</param>
    /// <param name="origin">Which ledger this is, as <see cref="Checkpoint.OriginOf"/> names it.</param>
    /// <param name="signer">Signs the file as a whole. Its public key goes into the file.</param>
    public LedgerExportWriter(IBufferWriter<byte> output, string origin, CheckpointSigner signer)
    {
        if (!CheckpointText.IsName(origin))
            throw new ArgumentException("the origin of a ledger is not empty and has no white space, control or plus in it", nameof(origin));
        _output = output;
        _origin = origin;
        _signer = signer;
        ExportFormat.WriteHeader(_line, origin, signer.PublicKey.Spki.Span);
        Emit();
    }

    /// <summary>Writes the next entry, in the order of the ledger.</summary>
    /// <param name="leaf">Its leaf.</param>
    /// <param name="details">Its details, or null when they were erased.</param>
    public void Add(LedgerLeaf leaf, LedgerDetails? details)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        ExportFormat.WriteEntry(_line, _frontier.Size, leaf, details);
        Emit();
        _frontier.Append(leaf.Hash);
    }

    /// <summary>
    /// Ends the file. Throws <see cref="InvalidDataException"/>, and leaves the file without an end, when the entries do not add up to
    /// the checkpoint: then the stored ledger is broken, which a signature must not hide.
    /// </summary>
    /// <param name="checkpoint">The signed checkpoint over exactly these entries.</param>
    public void Complete(Checkpoint checkpoint)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        if (checkpoint.Origin != _origin || checkpoint.Size != _frontier.Size || checkpoint.Root != _frontier.Root)
            throw new InvalidDataException($"the {_frontier.Size} stored entries of the ledger do not add up to its checkpoint");
        _completed = true;
        ExportFormat.WriteCheckpoint(_line, checkpoint.Text);
        Emit();
        Span<byte> sha256 = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(sha256);
        ExportFormat.WriteClosing(_line, sha256, _signer.SignData(ExportFormat.SignedBytes(_origin, sha256)));
        Emit();
    }

    /// <summary>Frees the hash. An export not completed stays without an end and does not verify.</summary>
    public void Dispose() => _hash.Dispose();

    private void Emit()
    {
        _hash.AppendData(_line.Written);
        _output.Write(_line.Written);
        _line.Clear();
    }
}
