namespace Rapport.Ledger;

/// <summary>
/// A signed statement of a ledger's size and root, in the text form of C2SP tlog-checkpoint and signed-note: origin, size, root and
/// any extension lines, an empty line, one or more signature lines. Whoever keeps one can later tell whether the ledger was only
/// appended to since. Immutable, thread safe.
/// </summary>
public sealed class Checkpoint
{
    private readonly byte[] _signedBytes;

    internal Checkpoint(
        string origin, long size, TreeHash root, IReadOnlyList<string> extensions, IReadOnlyList<NoteSignature> signatures, string text, byte[] signedBytes)
    {
        Origin = origin;
        Size = size;
        Root = root;
        Extensions = extensions;
        Signatures = signatures;
        Text = text;
        _signedBytes = signedBytes;
    }

    /// <summary>Which ledger this is about, such as <c>rapport/ledger/</c> and a patient's id.</summary>
    public string Origin { get; }

    /// <summary>How many entries the ledger had.</summary>
    public long Size { get; }

    /// <summary>The root of the tree over these entries.</summary>
    public TreeHash Root { get; }

    /// <summary>Further signed lines; Rapport writes none.</summary>
    public IReadOnlyList<string> Extensions { get; }

    /// <summary>All signature lines, those of unknown keys too.</summary>
    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <summary>The whole text, signatures and all.</summary>
    public string Text { get; }

    /// <summary>The origin of the ledger of this patient's compartment. It tells the patient's id and nothing more.</summary>
    public static string OriginOf(string patientId) => "rapport/ledger/" + patientId;

    /// <summary>
    /// Reads a checkpoint, or gives null and what is wrong with the text. Accepts no other text for the same content. Says nothing about
    /// who signed it: see <see cref="IsSignedBy"/>.
    /// </summary>
    public static Checkpoint? TryParse(string text, out string? problem) => CheckpointText.TryParse(text, out problem);

    /// <summary>
    /// Whether this key signed this checkpoint under this name. Lines of other names or keys are ignored; when a line of this name and key
    /// does not verify, the answer is no even if another does.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="keyName">The key's name, by default the origin: that of the ledger's own key.</param>
    public bool IsSignedBy(LedgerKey key, string? keyName = null)
    {
        keyName ??= Origin;
        var found = false;
        foreach (var signature in Signatures)
        {
            if (signature.KeyId != key.Id || signature.KeyName != keyName)
                continue;
            if (!key.Verify(_signedBytes, signature.Signature.Span))
                return false;
            found = true;
        }

        return found;
    }

    /// <summary>The whole text.</summary>
    public override string ToString() => Text;

    /// <summary>The bytes that signatures are over.</summary>
    internal ReadOnlySpan<byte> SignedBytes => _signedBytes;

    /// <summary>The same checkpoint with one more signature line.</summary>
    internal Checkpoint With(NoteSignature signature) => new(
        Origin, Size, Root, Extensions, [.. Signatures, signature], Text + CheckpointText.SignatureLine(signature), _signedBytes);
}
