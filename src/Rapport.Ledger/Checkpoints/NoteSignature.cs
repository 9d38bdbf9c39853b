namespace Rapport.Ledger;

/// <summary>One signature line of a checkpoint.</summary>
/// <param name="KeyName">The signer's name for its key; that of the ledger's own key is the origin.</param>
/// <param name="KeyId">What tells keys of the same name apart.</param>
/// <param name="Signature">The signature, in the form of the key's algorithm.</param>
public readonly record struct NoteSignature(string KeyName, uint KeyId, ReadOnlyMemory<byte> Signature);
