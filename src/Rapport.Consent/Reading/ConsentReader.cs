using Rapport.Consent.Reading;
using Rapport.Fhir;
using Rapport.Language;

namespace Rapport.Consent;

/// <summary>Reads one Consent: what stands around the provisions, and the provisions by <see cref="ProvisionReader"/>.</summary>
internal sealed class ConsentReader(Resource consent, bool isProposed)
{
    private const int MostName = 200;

    private readonly Element _root = consent.Root;
    private readonly List<Message> _problems = [];
    private CountedOpenings? _counted;
    private string? _treatment;
    private PassedOn? _passedOn;

    public PatientConsent Read()
    {
        var scope = ReadScope();
        var policy = ReadPolicy();
        var rule = ReadRule(scope, policy);
        var validity = rule.Validity is { IsUnknown: false } period ? period.Range : DateRange.All;
        var delegation = _passedOn is null && _root.TryGetChild("provision", out var provision) ? Delegation.Read(provision) : null;
        string[] recipients = [.. Permitted(rule).Distinct()];
        return new PatientConsent(rule, _problems, PermitsAnybody(rule, null, false))
        {
            Id = consent.Id ?? "",
            IsProposed = isProposed,
            Status = _root.Text("status") ?? "",
            Scope = scope,
            Patient = _root.TryGetChild("patient", out var patient) ? patient.ReferenceText() : null,
            DateTime = _root.Text("dateTime"),
            Performers = References("performer"),
            Organizations = References("organization"),
            Recipients = recipients,
            Purposes = Named(rule, static permit => permit.Purposes?.Values, null),
            Types = Named(rule, static permit => permit.Classes?.Values.Where(static type => type.System == CodeSystems.ResourceTypes).Select(static type => type.Code), null),
            IsOfChosen = Named(rule, static permit => permit.Data is null && permit.Codes is null ? null : ["chosen"], null).Count > 0,
            IsOfSeries = Named(rule, static permit => permit.Codes is null ? null : ["series"], null).Count > 0 && !NamesEntries(rule),
            TellsOfMore = Extension(PatientConsent.QuietAboutMore) != "true",
            AnswersRequest = Extension(PatientConsent.AnswersTo),
            Emergency = Extension(PatientConsent.EmergencyDoor) is { } door ? new EmergencyRule(door != "open", SensitiveLabels(rule)) : null,
            BrokeGlassFor = Extension(PatientConsent.BrokeGlass),
            Counted = _counted,
            Treatment = _treatment,
            PassedOn = _passedOn,
            Version = _root.TryGetChild("meta", out var meta) ? meta.Text("versionId") : null,
            Actions = [.. Actions(rule).DefaultIfEmpty(ConsentAction.Access).Distinct()],
            Delegation = delegation,
            Succession = _root.Text("status") == "proposed" && delegation is not null && recipients is [var only] && only == delegation.To && !PermitsAnybody(rule, null, false)
                && Find(PatientConsent.SetForLater) is { } set ? Succession.Read(set) : null,
            Asked = Find(PatientConsent.AskedFor) is { } asked ? SuccessionAsk.Read(asked) : null,
            Born = Extension(PatientConsent.BornOn) is { } born && DateRange.TryParse(born, out var day) ? DateOnly.FromDateTime(Instants.FromUnixMs(day.Low).UtcDateTime) : null,
            PatientName = _root.TryGetChild("patient", out patient) ? NameOf(patient.Text("display")) : null,
            OpinionOn = Extension(PatientConsent.AsksOpinion),
            OpinionGiven = Extension(PatientConsent.GaveOpinion),
            Attached = Extension(PatientConsent.AttachesTo),
            TakenOutBy = Extension(PatientConsent.TakenOut),
            ValidFrom = Instant(validity.Low),
            ValidUntil = Instant(validity.High),
        };
    }

    /// <summary>What fills a page, or turns the direction of what stands around it, is no name.</summary>
    private static string? NameOf(string? display) => display is { Length: > 0 and <= MostName } && !InvisibleCharacters.AreIn(display) ? display : null;

    private static DateTimeOffset? Instant(long unixMs) =>
        unixMs is long.MinValue or long.MaxValue ? null : Instants.FromUnixMs(unixMs);

    private Rule ReadRule(string scope, PolicyDefault policy)
    {
        var rule = new Rule { Kind = RuleKind.Scope, Location = "Consent" };
        var hasType = false;
        if (_root.TryGetChild("provision", out var provision))
        {
            rule = new ProvisionReader(_problems).ReadRoot(provision, out hasType);
        }

        if (IsModified())
        {
            rule = ProvisionReader.Modified(rule);
        }

        if (_counted?.EndsAtUnixMs is { } end)
        {
            rule = rule.EndingAt(end);
        }

        if (scope is not ("patient-privacy" or "research" or "treatment" or "adr"))
        {
            _problems.Add(new Message(static () => ReadingText.UnknownScope, scope));
            rule = rule with { Uncertain = true };
        }

        return RootRule.Resolve(rule, hasType, policy, _problems);
    }

    private bool IsModified()
    {
        var what = !_root.All("modifierExtension").TrueForAll(IsUnderstood) ? "modifierExtension" : _root.Has("implicitRules") ? "implicitRules" : null;
        if (what is not null)
        {
            _problems.Add(new Message(static () => ReadingText.ModifiedConsent, what));
        }

        return what is not null;
    }

    /// <summary>Reads what bounds the whole consent in ways that FHIR has no element for, each once.</summary>
    private bool IsUnderstood(Element modifier)
    {
        switch (modifier.Text("url"))
        {
            case PatientConsent.Openings when _counted is null:
                _counted = CountedOpenings.Read(modifier);
                return _counted is not null;
            case PatientConsent.EndsWith when _treatment is null:
                _treatment = modifier.TryGetChild("value", out var value) ? value.ReferenceText() : null;
                return _treatment is not null;
            case PatientConsent.PassingOn when _passedOn is null:
                _passedOn = PassedOn.Read(modifier);
                return _passedOn is not null;
            default:
                return false;
        }
    }

    private string ReadScope()
    {
        if (!_root.TryGetChild("scope", out var scope))
        {
            return "";
        }

        foreach (var code in scope.Codes())
        {
            if (code.System == CodeSystems.ConsentScope)
            {
                return code.Code;
            }
        }

        return scope.Text("text") ?? (scope.Codes() is [var other, ..] ? other.ToString() : "");
    }

    /// <summary>Only the two codes by which a patient plainly agrees or refuses are a default; every other policy is known by name only.</summary>
    private PolicyDefault ReadPolicy()
    {
        var found = PolicyDefault.Unknown;
        if (!_root.TryGetChild("policyRule", out var rule))
        {
            return found;
        }

        foreach (var code in rule.Codes())
        {
            var meaning = code switch
            {
                { System: CodeSystems.ActCode, Code: "OPTIN" or "OPTINR" } => PolicyDefault.Permit,
                { System: CodeSystems.ActCode, Code: "OPTOUT" or "OPTOUTE" } => PolicyDefault.Deny,
                _ => PolicyDefault.Unknown,
            };
            if (found != PolicyDefault.Unknown && meaning != PolicyDefault.Unknown && meaning != found)
            {
                _problems.Add(new Message(static () => ReadingText.BothPolicies));
                return PolicyDefault.Unknown;
            }

            found = meaning == PolicyDefault.Unknown ? found : meaning;
        }

        return found;
    }

    private string? Extension(string address)
    {
        foreach (var extension in _root.All("extension"))
        {
            if (extension.Text("url") == address && extension.Text("value") is { } value)
            {
                return value;
            }
        }

        return null;
    }

    private Element? Find(string address)
    {
        foreach (var extension in _root.All("extension"))
        {
            if (extension.Text("url") == address)
            {
                return extension;
            }
        }

        return null;
    }

    private static List<string> SensitiveLabels(Rule rule) =>
        [.. (rule.Labels?.Values ?? []).Where(static label => SecurityLabels.IsSensitive(label.System, label.Code)).Select(static label => label.Code).Distinct()];

    /// <summary>What the permits in it name, each within the rules around it; nothing when one of them names nothing.</summary>
    private static List<string> Named(Rule rule, Func<Rule, IEnumerable<string>?> read, IEnumerable<string>? around)
    {
        var found = new List<string>();
        return Collect(rule, around) ? [.. found.Distinct()] : [];

        bool Collect(Rule rule, IEnumerable<string>? around)
        {
            var named = read(rule) ?? around;
            if (rule.Kind == RuleKind.Permit)
            {
                found.AddRange(named ?? []);
            }

            return (rule.Kind != RuleKind.Permit || named is not null) && rule.Rules.All(inner => Collect(inner, named));
        }
    }

    /// <summary>Whether what it permits is, somewhere in it, of entries that it names.</summary>
    private static bool NamesEntries(Rule rule) => rule.Kind != RuleKind.Deny && (rule.Data is not null || rule.Rules.Any(NamesEntries));

    private List<string> References(string name)
    {
        var references = new List<string>();
        foreach (var element in _root.All(name))
        {
            if (element.ReferenceText() is { } text)
            {
                references.Add(text);
            }
        }

        return references;
    }

    /// <summary>Whether a permit in it holds for whoever asks: neither it nor a rule around it names a recipient.</summary>
    private static bool PermitsAnybody(Rule rule, Condition<string>? around, bool isUncertain)
    {
        var recipients = rule.Recipients ?? around;
        isUncertain |= rule.Uncertain;
        return (rule.Kind == RuleKind.Permit && recipients is null && !isUncertain)
            || rule.Rules.Any(inner => PermitsAnybody(inner, recipients, isUncertain));
    }

    /// <summary>What permits in it name that may be done.</summary>
    private static IEnumerable<string> Actions(Rule rule)
    {
        var own = rule.Kind == RuleKind.Deny ? [] : rule.Actions?.Values ?? [];
        return own.Concat(rule.Rules.SelectMany(Actions));
    }

    private static IEnumerable<string> Permitted(Rule rule)
    {
        var own = rule.Kind == RuleKind.Deny ? [] : rule.Recipients?.Values ?? [];
        return own.Concat(rule.Rules.SelectMany(Permitted));
    }
}
