using System.Security.Cryptography;
using System.Text;

namespace Rapport.Ledger;

/// <summary>
/// Signs checkpoints and exports with one ECDSA P-256 key. Thread safe. The key belongs to the caller, who disposes of it. One must
/// never sign a checkpoint that is not an extension of all signed before: sign only what the head row of the compartment says.
/// </summary>
public sealed class CheckpointSigner
{
    private readonly Lock _lock = new();
    private readonly ECDsa _key;

    /// <summary>Throws <see cref="ArgumentException"/> when the key is not on P-256.</summary>
    public CheckpointSigner(ECDsa key)
    {
        PublicKey = LedgerKey.Of(key);
        _key = key;
    }

    /// <summary>The key by which these signatures are checked.</summary>
    public LedgerKey PublicKey { get; }

    /// <summary>A checkpoint of this ledger, signed under the ledger's own name.</summary>
    /// <param name="origin">The ledger, as <see cref="Checkpoint.OriginOf"/> names it.</param>
    /// <param name="size">How many entries it has.</param>
    /// <param name="root">The root of the tree over them.</param>
    public Checkpoint Sign(string origin, long size, TreeHash root)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        RequireName(origin);
        var note = CheckpointText.NoteText(origin, size, root);
        var signedBytes = Encoding.UTF8.GetBytes(note);
        var signature = new NoteSignature(origin, PublicKey.Id, SignData(signedBytes));
        var text = note + "\n" + CheckpointText.SignatureLine(signature);
        return new Checkpoint(origin, size, root, [], [signature], text, signedBytes);
    }

    /// <summary>The checkpoint with this key's signature added under the name of a witness, who has checked what it signs.</summary>
    public Checkpoint Cosign(Checkpoint checkpoint, string keyName)
    {
        RequireName(keyName);
        return checkpoint.With(new NoteSignature(keyName, PublicKey.Id, SignData(checkpoint.SignedBytes)));
    }

    /// <summary>The signature over these bytes, hashed with SHA-256, in DER.</summary>
    internal byte[] SignData(ReadOnlySpan<byte> data)
    {
        lock (_lock)
            return _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static void RequireName(string name)
    {
        if (!CheckpointText.IsName(name))
            throw new ArgumentException("the name of a ledger or of a key is not empty and has no white space, control or plus in it", nameof(name));
    }
}
