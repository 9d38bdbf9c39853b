using Rapport.Fhir;

namespace Rapport.Consent;

/// <summary>
/// What the operator lays down for children: from which birthday on what is confidential leaves the sight of whoever acts as a parent, and from which they act no more. It holds for delegations to parents, and
/// to guardians of a child (<see cref="PatientConsent.Born"/>), whatever they name: nobody can name away what the law gives a child. Immutable and thread safe.
/// </summary>
/// <param name="PrivateFrom">The birthday from which on.</param>
/// <param name="AdultFrom">The birthday from which on.</param>
/// <param name="Labels">The codes of the sensitive kinds that are confidential then, with what is part of them; restricted entries without a kind are too, for nobody knows what they are.</param>
public sealed record MinorPolicy(int PrivateFrom, int AdultFrom, IReadOnlyList<string> Labels)
{
    /// <summary>
    /// What holds where the operator says nothing: from 12 on, the youngest age at which laws let minors consent to some care by themselves, what these laws are about; until 18.
    /// </summary>
    public static MinorPolicy Usual { get; } = new(12, 18, ["ADOL", "SEX", "STD", "HIV", "ETH", "SUD", "PSY", "PSYTHPN", "SDV"]);

    /// <summary>As an operator writes it: the two ages, with the labels where they are not the usual ones.</summary>
    public override string ToString() => FormattableString.Invariant($"{PrivateFrom}-{AdultFrom}") + (Labels.SequenceEqual(Usual.Labels) ? "" : $":{string.Join(',', Labels)}");

    /// <summary>The most that any clock is before UTC: a birthday begins when it begins anywhere.</summary>
    private static readonly TimeSpan Earliest = TimeSpan.FromHours(14);

    /// <summary>When a birthday begins. A day at either end of the calendar, which anybody can write down, is no reason to decide nothing: the last instant there is stands for what comes after it.</summary>
    public static DateTimeOffset Birthday(DateOnly born, int years) =>
        born.Year + years > DateOnly.MaxValue.Year ? DateTimeOffset.MaxValue
        : born.AddYears(years) is var day && day == DateOnly.MinValue ? DateTimeOffset.MinValue
        : new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) - Earliest;

    /// <summary>The rules of a consent with what holds for children worked in; the same where it lets nobody act as a parent.</summary>
    /// <param name="consent">The consent.</param>
    /// <param name="root">Its rules.</param>
    /// <param name="recorded">When the patient was born by the record; null when it does not say.</param>
    internal Rule Bound(PatientConsent consent, Rule root, DateOnly? recorded)
    {
        if (!consent.IsParental)
        {
            return root;
        }

        // Where nobody knows the age, what is confidential stays home.
        var confidential = WithoutPrivate(root);
        return BornOn(consent, recorded) is not { } day ? confidential : new Rule
        {
            Kind = RuleKind.Scope,
            Location = root.Location,
            Rules = [Within(root, null, Birthday(day, Math.Min(PrivateFrom, AdultFrom))), Within(confidential, Birthday(day, Math.Min(PrivateFrom, AdultFrom)), Birthday(day, AdultFrom))],
        };
    }

    /// <summary>When somebody acts no more because the patient is of age; null where they do not act as a parent, or nobody knows the age.</summary>
    /// <param name="consent">The consent by which they act.</param>
    /// <param name="recorded">When the patient was born by the record; null when it does not say.</param>
    public DateTimeOffset? EndOf(PatientConsent consent, DateOnly? recorded) => consent.IsParental && BornOn(consent, recorded) is { } day ? Birthday(day, AdultFrom) : null;

    /// <summary>
    /// Until when whoever acts by a consent looks after a small child as the child itself would, if it could: a parent or guardian without any limit (<see cref="PatientConsent.IsActingWithoutLimit"/>) of a child of whom it is known
    /// when they were born, until the birthday on which something becomes the child's own. Null for everybody else.
    /// </summary>
    /// <param name="consent">The consent by which they act.</param>
    /// <param name="recorded">When the patient was born by the record; null when it does not say.</param>
    public DateTimeOffset? CareEndOf(PatientConsent consent, DateOnly? recorded) =>
        consent is { IsParental: true, IsActingWithoutLimit: true } && BornOn(consent, recorded) is { } day ? Birthday(day, Math.Min(PrivateFrom, AdultFrom)) : null;

    /// <summary>Of two days the earlier one: whoever acts cannot put off what comes with age by writing down another.</summary>
    private static DateOnly? BornOn(PatientConsent consent, DateOnly? recorded) => consent.Born is { } said && !(recorded < said) ? said : recorded;

    private static Rule Within(Rule rule, DateTimeOffset? from, DateTimeOffset until)
    {
        var (low, high) = (from?.ToUnixTimeMilliseconds() ?? long.MinValue, until.ToUnixTimeMilliseconds());
        var own = rule.Validity ?? new Period(DateRange.All, IsUnknown: false);
        var range = new DateRange(Math.Max(own.Range.Low, low), Math.Min(own.Range.High, high));

        // What has no instant left is never valid.
        return rule with { Validity = own with { Range = range.Low < range.High ? range : new DateRange(high, high) } };
    }

    private Rule WithoutPrivate(Rule rule) => rule with
    {
        Labels = rule.Kind == RuleKind.Deny || rule.Labels is not { } labels ? rule.Labels : labels with { Values = [.. labels.Values.SelectMany(Without).Distinct()] },

        // An entry that is named is released whatever it is marked as: after the birthday nothing is.
        Data = rule.Kind == RuleKind.Deny ? rule.Data : rule.Data is null ? null : rule.Data with { Values = [.. rule.Data.Values.Where(static data => data.Meaning != DataMeaning.Instance)] },
        Rules = [.. rule.Rules.Select(WithoutPrivate)],
    };

    /// <summary>Of what is named, what is left: of whatever stands for several kinds, those of them that are not private.</summary>
    private IEnumerable<SystemCode> Without(SystemCode named) =>
        !SecurityLabels.IsSensitive(named.System, named.Code) ? [named]
        : named.System != CodeSystems.ActCode ? named.Code == SecurityLabels.Restricted ? SecurityLabels.AllKinds.Where(kind => !IsPrivate(kind)) : []
        : SecurityLabels.AllKinds.Append(named).Where(kind => SecurityLabels.Covers(named, kind) && !IsPrivate(kind));

    /// <summary>Whether a sensitive kind, by its HL7 code, is confidential from the birthday on; what is restricted without a kind is.</summary>
    public bool IsConfidential(string code) => code is SecurityLabels.Restricted or SecurityLabels.VeryRestricted || IsPrivate(SecurityLabels.Normalize("", code));

    /// <summary>Whether, for who acts by a consent as a parent, what is confidential is not theirs to see at an instant: the patient is old enough, or nobody knows how old they are.</summary>
    /// <param name="consent">The consent by which they act.</param>
    /// <param name="recorded">When the patient was born by the record; null when it does not say.</param>
    /// <param name="now">The instant.</param>
    public bool KeepsFrom(PatientConsent consent, DateOnly? recorded, DateTimeOffset now) =>
        consent.IsParental && !(BornOn(consent, recorded) is { } day && Birthday(day, Math.Min(PrivateFrom, AdultFrom)) > now);

    private bool IsPrivate(SystemCode kind) =>
        Labels.Any(label => SecurityLabels.Normalize("", label) is var confidential && (SecurityLabels.Covers(confidential, kind) || SecurityLabels.Covers(kind, confidential)));
}
