using System.Buffers;
using Rapport.Consent.Deciding;
using Rapport.Language;

namespace Rapport.Consent;

/// <summary>
/// The consents of one patient, made ready to decide about one state of the compartment. Pure: no clock, no I/O. Immutable and thread safe.
/// </summary>
public sealed class CompiledConsents
{
    private readonly int _size;
    private readonly int _depth;
    private readonly long[] _boundaries;

    private CompiledConsents(int size, CompiledConsent[] consents, LabelIndex labels, CommentSet comments, EntrySet consentEntries)
    {
        _size = size;
        Consents = consents;
        Labels = labels;
        Comments = comments;
        ConsentEntries = consentEntries;
        _depth = consents.Select(static c => c.Root.Depth).DefaultIfEmpty().Max();
        _boundaries = [.. consents.SelectMany(static c => Boundaries(c.Root.Rule).Concat(c.Consent.Counted?.OpenUntil is { } end ? [end.ToUnixTimeMilliseconds()] : [])).Distinct().Order()];
    }

    /// <summary>What in the consents that count cannot be evaluated, for the patient to read, in the language of who asks.</summary>
    public IReadOnlyList<string> Problems =>
        [.. Consents.SelectMany(static c => c.Consent.Problems.Select(problem => Say.Fill(ReasonText.Problem, c.Consent.Title, c.Consent.Id, problem)))];

    /// <summary>About how many bytes it takes to keep: for each rule three sets of entries, for each label one.</summary>
    public long Bytes => 1000 + ((Consents.Sum(static consent => 3L * consent.Root.Count) + Labels.Count + 6) * ((Bits.WordsFor(_size) * 8L) + 80));

    internal CompiledConsent[] Consents { get; }

    internal LabelIndex Labels { get; }

    internal CommentSet Comments { get; }

    internal EntrySet ConsentEntries { get; }

    /// <summary>Asks the record once about everything that the consents speak of. Consents that do not count cost nothing.</summary>
    /// <param name="consents">The consents of the compartment's patient, in any state.</param>
    /// <param name="view">The entries that decisions will be about.</param>
    /// <param name="minors">What holds for children; null for what is usual.</param>
    public static CompiledConsents Compile(IReadOnlyList<PatientConsent> consents, RecordView view, MinorPolicy? minors = null)
    {
        var compiler = new RuleCompiler(view);
        var compiled = consents.Where(static c => c.Counts).Select(c => new CompiledConsent(c, compiler.Compile((minors ?? MinorPolicy.Usual).Bound(c, BoundedByTreatment(c, view), c.IsParental ? view.Born : null), namesAll: c is { PassedOn: not null, AnswersRequest: null })));
        return new(view.Count, [.. compiled], compiler.Labels, compiler.Comments, view.WithType("Consent"));
    }

    /// <summary>Decides about every entry of the compartment. Default deny; a deny beats a permit; sensitive entries stay home unless named.</summary>
    public Decision Decide(DisclosureRequest request) => Decide(request, withPassedOn: true);

    /// <summary>The same by the patient's own consents alone, without what others passed on.</summary>
    internal Decision DecideWithoutPassedOn(DisclosureRequest request) => Decide(request, withPassedOn: false);

    private Decision Decide(DisclosureRequest request, bool withPassedOn)
    {
        var normalized = new NormalizedRequest(request);
        var words = Bits.WordsFor(_size);
        var rented = ArrayPool<ulong>.Shared.Rent(words * (3 + (2 * _depth)));
        try
        {
            var scratch = rented.AsSpan();
            var denied = Take(ref scratch, words);
            var permits = Take(ref scratch, words);
            var denies = Take(ref scratch, words);
            denied.Clear();
            var grants = new List<Grant>();
            Reaches? reaches = null;
            foreach (var consent in Consents)
            {
                if (!SpeaksOf(consent.Consent, normalized) || (consent.Consent.PassedOn is not null && !withPassedOn))
                {
                    continue;
                }

                permits.Clear();
                denies.Clear();
                Evaluate(consent.Root, RequestMatch.Around(normalized), normalized, permits, denies, scratch);
                if (consent.Consent.PassedOn is { } passed)
                {
                    Bound(passed, reaches ??= new Reaches(this, request), permits);
                }
                else
                {
                    Bits.Or(denied, denies);
                }

                if (!Bits.IsEmpty(permits))
                {
                    grants.Add(new(consent.Consent, permits.ToArray()));
                }
            }

            return Conclude(request, normalized, grants, denied, words, reaches);
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(rented);
        }
    }

    /// <summary>Leaves of what a consent permits that was passed on what may be: whoever passed it on can neither give more than they have nor withhold anything from anybody.</summary>
    private static void Bound(PassedOn passed, Reaches reaches, Span<ulong> permits)
    {
        if (Bits.IsEmpty(permits))
        {
            return;
        }

        if (reaches.Of(passed) is { } reach)
        {
            Bits.And(permits, reach.Words);
        }
        else
        {
            permits.Clear();
        }
    }

    private static Rule BoundedByTreatment(PatientConsent consent, RecordView view) =>
        consent.Treatment is { } treatment && view.EndOf(treatment, consent.Made) is { } end ? consent.Root.EndingAt(end.ToUnixTimeMilliseconds()) : consent.Root;

    /// <summary>A consent to take part in research speaks of research only, and what was passed on of reading only.</summary>
    internal static bool SpeaksOf(PatientConsent consent, in NormalizedRequest request) =>
        (consent.PassedOn is null || request.IsRead) && (consent.Scope != "research" || PurposeOfUse.Covers(PurposeOfUse.Research, request.Purpose));

    private Decision Conclude(DisclosureRequest request, in NormalizedRequest normalized, List<Grant> grants, ReadOnlySpan<ulong> denied, int words, Reaches? reaches)
    {
        var permitted = new ulong[words];
        foreach (var grant in grants)
        {
            Bits.AndNot(grant.Entries, denied);
            Comments.Bound(grant.Entries);
            Bits.Or(permitted, grant.Entries);
        }

        grants.RemoveAll(static grant => Bits.IsEmpty(grant.Entries));
        var next = Array.BinarySearch(_boundaries, normalized.AtUnixMs);
        next = next < 0 ? ~next : next + 1;
        DateTimeOffset? validUntil = next < _boundaries.Length ? Instants.FromUnixMs(_boundaries[next]) : null;
        return new Decision(this, request, EntrySet.Own(_size, permitted), grants, validUntil, reaches);
    }

    /// <summary>
    /// Adds to <paramref name="permits"/> and <paramref name="denies"/> what a rule and the rules in it say. The inner rules are exceptions: where they
    /// speak the outer one does not; of inner rules side by side a deny beats a permit.
    /// </summary>
    private static void Evaluate(
        CompiledRule rule, RequestMatch outer, in NormalizedRequest request, Span<ulong> permits, Span<ulong> denies, Span<ulong> scratch)
    {
        var match = outer.Within(rule.Rule, rule.Narrows, request);
        if (match.Time == Answer.No)
        {
            return;
        }

        var permitting = rule.Rule.Kind == RuleKind.Permit && match.Permits;
        var denying = rule.Rule.Kind == RuleKind.Deny && match.Denies;
        if (rule.Rules.Length == 0)
        {
            if (permitting || denying)
            {
                Bits.Or(permitting ? permits : denies, rule.Covered);
            }

            return;
        }

        var innerPermits = Take(ref scratch, permits.Length);
        var innerDenies = Take(ref scratch, permits.Length);
        innerPermits.Clear();
        innerDenies.Clear();
        foreach (var inner in rule.Rules)
        {
            Evaluate(inner, match, request, innerPermits, innerDenies, scratch);
        }

        Bits.AndNot(innerPermits, innerDenies);
        if (permitting)
        {
            Bits.OrAndNot(permits, rule.Covered, innerDenies);
        }
        else if (denying)
        {
            Bits.OrAndNot(denies, rule.Covered, innerPermits);
        }

        Bits.Or(permits, innerPermits);
        Bits.Or(denies, innerDenies);
    }

    private static Span<ulong> Take(ref Span<ulong> scratch, int words)
    {
        var taken = scratch[..words];
        scratch = scratch[words..];
        return taken;
    }

    private static IEnumerable<long> Boundaries(Rule rule)
    {
        if (rule.Validity is { IsUnknown: false, Range: var range })
        {
            if (range.Low != long.MinValue)
            {
                yield return range.Low;
            }

            if (range.High != long.MaxValue)
            {
                yield return range.High;
            }
        }

        if (rule.Validity is { IsUnknown: true, Ended: var ended } && ended != long.MaxValue)
        {
            yield return ended;
        }

        foreach (var boundary in rule.Rules.SelectMany(Boundaries))
        {
            yield return boundary;
        }
    }
}

/// <summary>What one consent permits in one decision.</summary>
internal sealed record Grant(PatientConsent Consent, ulong[] Entries)
{
    /// <summary>Whether it permits only once a further opening has begun.</summary>
    public bool IsShut(DateTimeOffset at) => Consent.Counted is { } counted && !counted.IsOpen(at);
}
