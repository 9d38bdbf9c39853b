using Rapport.Consent.Deciding;
using Rapport.Language;

namespace Rapport.Consent;

/// <summary>What may be released for one <see cref="DisclosureRequest"/>, and why. Immutable and thread safe.</summary>
public sealed class Decision
{
    private readonly CompiledConsents _compiled;
    private readonly List<Grant> _grants;
    private readonly Lazy<Reaches> _reaches;

    // What is permitted without that an opening begins; null for all that is permitted.
    private readonly ulong[]? _open;

    internal Decision(CompiledConsents compiled, DisclosureRequest request, EntrySet permitted, List<Grant> grants, DateTimeOffset? validUntil, Reaches? reaches)
    {
        _reaches = reaches is null ? new(() => new Reaches(compiled, request)) : new(reaches);
        _compiled = compiled;
        _grants = grants;
        Request = request;
        Permitted = permitted;
        ValidUntil = validUntil;
        (ToOpen, _open) = grants.Exists(grant => grant.IsShut(request.At)) ? Shut(grants, permitted.Words.Length, request.At) : ([], null);
    }

    public DisclosureRequest Request { get; }

    /// <summary>The entries that may be released. Everything else stays home.</summary>
    public EntrySet Permitted { get; }

    /// <summary>The next instant at which time alone may change the answer: it holds until just before; absent when it holds for ever.</summary>
    public DateTimeOffset? ValidUntil { get; }

    /// <summary>About how many bytes it takes to keep.</summary>
    public long Bytes => 400 + ((_grants.Count + 1L) * ((Permitted.Words.Length * 8L) + 80));

    /// <summary>The ids of the consents that permit at least one of the permitted entries, in the order they were compiled.</summary>
    public IReadOnlyList<string> Consents => [.. _grants.Select(static g => g.Consent.Id)];

    /// <summary>What in the consents could not be evaluated, for the patient to read. It denied.</summary>
    public IReadOnlyList<string> Problems => _compiled.Problems;

    /// <summary>The ids of the consents that permit at least one of the given entries now: what to write in the ledger beside what was released.</summary>
    public IReadOnlyList<string> ConsentsFor(EntrySet released)
    {
        var consents = new List<string>(_grants.Count);
        foreach (var grant in _grants)
        {
            if (!grant.IsShut(Request.At) && Bits.Overlap(grant.Entries, released.Words))
            {
                consents.Add(grant.Consent.Id);
            }
        }

        return consents;
    }

    /// <summary>Which of <see cref="ToOpen"/> must open for the given entries: the first that permits one of them, else the first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">None need open.</exception>
    public string ToOpenFor(EntrySet wanted) =>
        _grants.Find(grant => ToOpen.Contains(grant.Consent.Id) && Bits.Overlap(grant.Entries, wanted.Words))?.Consent.Id ?? ToOpen[0];

    /// <summary>
    /// The ids of the consents for a number of openings (<see cref="CountedOpenings"/>) of which one must begin before anything is released: nothing else permits some of the permitted
    /// entries. None when no opening need begin.
    /// </summary>
    public IReadOnlyList<string> ToOpen { get; }

    /// <summary>Those of the permitted entries for which no opening need begin.</summary>
    public EntrySet PermittedNow => _open is null ? Permitted : Permitted.And(EntrySet.FromWords(Permitted.Size, _open));

    /// <summary>Those of the permitted entries that one consent permits by itself now; none when it permits nothing, or only once an opening begins.</summary>
    public EntrySet PermittedBy(string consent) =>
        Permitted.And(_grants.Find(grant => grant.Consent.Id == consent) is { } grant && !grant.IsShut(Request.At) ? EntrySet.FromWords(Permitted.Size, grant.Entries) : EntrySet.None(Permitted.Size));

    /// <summary>Why an entry is permitted or stays home. Worked out when asked.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such entry.</exception>
    public DecisionReason ReasonFor(int entry)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)entry, (uint)Permitted.Size, nameof(entry));
        return _compiled.Comments.Find(entry) is not { } on ? new Reasoning(_compiled, Request, _reaches.Value, entry).Conclude()

            // A comment goes with what it is on.
            : on >= 0 && !Permitted.Contains(on) ? ReasonFor(on)
            : new Reasoning(_compiled, Request, _reaches.Value, entry) { Permits = consent => _grants.Exists(grant => grant.Consent == consent && Bits.Contains(grant.Entries, entry)) }.Conclude();
    }

    /// <summary>Why an entry that another system holds is permitted or stays home: a consent for a number of openings is for those that are counted here.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such entry.</exception>
    public DecisionReason ReasonElsewhere(int entry)
    {
        var reason = ReasonFor(entry);
        return reason.Permitted && !_grants.Exists(grant => grant.Consent.Counted is null && Bits.Contains(grant.Entries, entry)) ? new DecisionReason(ReasonKind.NotValid, Say.Fill(ReasonText.StaysHome, ReasonText.CountedHere), reason.Consents) : reason;
    }

    private static (List<string> ToOpen, ulong[] Open) Shut(List<Grant> grants, int words, DateTimeOffset at)
    {
        var open = new ulong[words];
        foreach (var grant in grants.Where(grant => !grant.IsShut(at)))
        {
            Bits.Or(open, grant.Entries);
        }

        var reached = (ulong[])open.Clone();
        var shut = new List<string>();
        foreach (var grant in grants.Where(grant => grant.IsShut(at)))
        {
            var more = (ulong[])grant.Entries.Clone();
            Bits.AndNot(more, reached);
            if (!Bits.IsEmpty(more))
            {
                shut.Add(grant.Consent.Id);
                Bits.Or(reached, more);
            }
        }

        return (shut, open);
    }
}

/// <summary>Why one entry is permitted or stays home.</summary>
/// <param name="Kind">The kind of reason.</param>
/// <param name="Text">One sentence that the patient understands, such as `shared with Dr Lee for treatment by your agreement of 3 May 2026`.</param>
/// <param name="Consents">The ids of the consents that decided; none when no consent speaks of the entry.</param>
public sealed record DecisionReason(ReasonKind Kind, string Text, IReadOnlyList<string> Consents)
{
    /// <summary>Whether the entry may be released.</summary>
    public bool Permitted => Kind == ReasonKind.Shared;
}

/// <summary>The kinds of reason, from what comes closest to sharing.</summary>
public enum ReasonKind
{
    /// <summary>A consent permits it, and none denies it.</summary>
    Shared,

    /// <summary>A consent denies it.</summary>
    Withheld,

    /// <summary>A consent would permit it, but it is sensitive and no consent names what makes it so.</summary>
    Sensitive,

    /// <summary>A consent would permit it, but it is itself a consent, and no consent names those.</summary>
    OwnConsent,

    /// <summary>A consent may permit it, but cannot be evaluated.</summary>
    NotEvaluable,

    /// <summary>What consents share with this recipient for this purpose does not include it.</summary>
    NotIncluded,

    /// <summary>Somebody passed on what is shared with them, and that does not include it, or they may not any more.</summary>
    NotPassedOn,

    /// <summary>A consent that shares it is not valid yet or no longer.</summary>
    NotValid,

    /// <summary>Consents share with this recipient, but not to do this.</summary>
    OtherAction,

    /// <summary>Consents share with this recipient, but not for this purpose.</summary>
    OtherPurpose,

    /// <summary>No consent speaks of this recipient.</summary>
    NoConsent,
}
