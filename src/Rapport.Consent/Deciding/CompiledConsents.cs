namespace Rapport.Consent;

/// <summary>
/// The consents of one patient, made ready to decide about one state of the compartment. Pure: no clock, no I/O. Immutable and thread safe.
/// </summary>
public sealed class CompiledConsents
{
    private readonly int _size;

    private CompiledConsents(int size) => _size = size;

    /// <summary>Asks the record once about everything that the consents speak of. Consents that are not active cost nothing.</summary>
    /// <param name="consents">The consents of the compartment's patient, in any state.</param>
    /// <param name="view">The entries that decisions will be about.</param>
    public static CompiledConsents Compile(IReadOnlyList<PatientConsent> consents, RecordView view) => new(view.Count);

    /// <summary>Decides about every entry of the compartment. Default deny; a deny beats a permit; sensitive entries stay home unless named.</summary>
    public Decision Decide(in DisclosureRequest request) => new(request, EntrySet.None(_size));
}
