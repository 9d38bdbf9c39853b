namespace Rapport.Consent;

/// <summary>What a patient decided beforehand about their emergency door.</summary>
/// <param name="IsClosed">Whether nobody may open it.</param>
/// <param name="Labels">The codes of the sensitive labels whose entries it shows too, such as <c>PSY</c>; none unless the patient chose them.</param>
public sealed record EmergencyRule(bool IsClosed, IReadOnlyList<string> Labels)
{
    /// <summary>How it is where a patient decided nothing: it opens, and what is sensitive stays home.</summary>
    public static EmergencyRule Usual { get; } = new(false, []);

    /// <summary>What holds for these consents: one that closes the door closes it whatever others say; of several that open it, only what all of them show.</summary>
    public static EmergencyRule Of(IEnumerable<PatientConsent> consents)
    {
        EmergencyRule? found = null;
        foreach (var consent in consents)
        {
            if (consent is { Status: "active", Emergency: { } rule })
            {
                found = found is null ? rule : new(found.IsClosed || rule.IsClosed, [.. found.Labels.Intersect(rule.Labels)]);
            }
        }

        return found ?? Usual;
    }
}
