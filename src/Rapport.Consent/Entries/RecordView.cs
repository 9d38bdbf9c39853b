namespace Rapport.Consent;

/// <summary>
/// What consents can speak of in one state of one compartment. The entries are numbered 0..<see cref="Count"/>-1; every set that is
/// returned has that size. Questions about things that do not occur are answered with an empty set, never with an error.
/// </summary>
/// <remarks>Only <see cref="CompiledConsents.Compile"/> asks, once for each compilation, on one thread. References are the text of a FHIR
/// reference as it stands in the consent (`Observation/x`, `Practitioner/y`).</remarks>
public abstract class RecordView
{
    /// <summary>How many entries there are.</summary>
    public abstract int Count { get; }

    /// <summary>Every security label (<c>meta.security</c>) that occurs, each (system, code) once, with the entries that carry it.
    /// A label without a system has the empty string as its system.</summary>
    public abstract IReadOnlyList<LabelledEntries> Labels { get; }

    /// <summary>
    /// The entries that are comments, each with the entry that it is on: -1 where that is not there, or is a comment itself. A comment is seen by whoever sees what it is on and by nobody else: what permits
    /// speaks of it by speaking of that. What denies speaks of it by that too, and by itself.
    /// </summary>
    public virtual IReadOnlyList<(int Comment, int On)> Comments => [];

    /// <summary>When the patient was born, as far as the record says: of a month or a year its first day. Null when it does not say.</summary>
    public virtual DateOnly? Born => null;

    /// <summary>
    /// The one name of a code system that is known by several: consents and entries must mean the same by a code, whichever name each has it by.
    /// </summary>
    public static string SystemOf(string system) => CodeSystems.Normalize(system);

    /// <summary>The entries of a resource type, such as <c>Observation</c>.</summary>
    public abstract EntrySet WithType(string resourceType);

    /// <summary>The entries one of whose main codes is the given one: what the entry is about (<c>code</c>, <c>medicationCodeableConcept</c>,
    /// <c>vaccineCode</c>), of what type it is (<c>type</c>) and of what category (<c>category</c>). The system is known by whichever of its names: <see cref="SystemOf"/>.</summary>
    public abstract EntrySet WithCode(string system, string code);

    /// <summary>The documents (<c>DocumentReference</c>, <c>Composition</c>) of a class: their <c>type</c> or <c>category</c>.</summary>
    public abstract EntrySet WithDocumentClass(string system, string code);

    /// <summary>
    /// The entries whose time touches the period, bounds included; an absent bound is open. The time of an entry is when it is about
    /// (effective, performed, onset, occurrence, period, ...), or when there is none of these, when it was recorded, authored or issued. A partial date
    /// is the whole day, month or year in UTC; a period without end goes on for ever. With no bound at all: every entry that has a time.
    /// </summary>
    public abstract EntrySet InPeriod(DateTimeOffset? start, DateTimeOffset? end);

    /// <summary>The entry itself, if it is in the compartment.</summary>
    public abstract EntrySet Instance(string reference);

    /// <summary>The entry, the entries it refers to, and the entries that refer to it: one step either way. What is referred to need not be an
    /// entry: everything that refers to <c>Encounter/x</c> is related to it even when <c>Encounter/x</c> is not in the compartment. (The patient's own
    /// entry, to which everything refers, is left out by the asker.)</summary>
    public abstract EntrySet Related(string reference);

    /// <summary>The entry and the entries that refer to it.</summary>
    public abstract EntrySet Dependents(string reference);

    /// <summary>The entries that name the given person, organisation or device as their author: author, performer, recorder, asserter,
    /// requester, custodian or source, or the agent of a Provenance about them.</summary>
    public abstract EntrySet AuthoredBy(string reference);

    /// <summary>
    /// From when on a treatment (<c>EpisodeOfCare</c>, <c>CarePlan</c>, <c>Encounter</c>) is over: null while it goes on, the earliest instant there is when it is over and nobody wrote down since
    /// when, and when it is not in the compartment. What was over once since the given instant stays so, whatever was written later.
    /// </summary>
    public abstract DateTimeOffset? EndOf(string treatment, DateTimeOffset since);
}

/// <summary>A security label that occurs in a compartment, with the entries that carry it.</summary>
public sealed record LabelledEntries(string System, string Code, EntrySet Entries);
