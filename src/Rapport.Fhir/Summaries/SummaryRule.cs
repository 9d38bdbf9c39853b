using System.Collections.Frozen;

namespace Rapport.Fhir;

/// <summary>
/// Where a type of resource keeps what a summary tells. Paths are element names joined by dots, tried in their order, separated by blanks.
/// </summary>
/// <param name="Kind">What people call it.</param>
/// <param name="Titles">Where its title may be: a concept, a coding, a text, a name, or a reference with a display.</param>
/// <param name="Dates">Where its clinical date may be.</param>
/// <param name="Status">Where its status is.</param>
/// <param name="Values">Where its value may be.</param>
internal sealed record SummaryRule(string Kind, string Titles, string Dates = "", string Status = "status", string Values = "")
{
    private static readonly FrozenDictionary<string, SummaryRule> Rules = new Dictionary<string, SummaryRule>
    {
        ["Account"] = new("Account", "name type description", "servicePeriod"),
        ["AdverseEvent"] = new("Adverse event", "event category", "date detected recordedDate", "actuality"),
        ["AllergyIntolerance"] = new("Allergy", "code reaction.substance", "onset recordedDate lastOccurrence", "clinicalStatus"),
        ["Appointment"] = new("Appointment", "description serviceType appointmentType reasonCode specialty", "start requestedPeriod created"),
        ["AppointmentResponse"] = new("Appointment reply", "comment", "start", "participantStatus"),
        ["AuditEvent"] = new("Access record", "type subtype", "recorded", "outcome"),
        ["Basic"] = new("Note", "code", "created"),
        ["Binary"] = new("File", "contentType"),
        ["BodyStructure"] = new("Body part", "description location morphology"),
        ["CarePlan"] = new("Care plan", "title category description", "period created"),
        ["CareTeam"] = new("Care team", "name category reasonCode", "period"),
        ["ChargeItem"] = new("Charge", "code", "occurrence enteredDate"),
        ["Claim"] = new("Claim", "item.productOrService type", "billablePeriod created", Values: "total"),
        ["ClaimResponse"] = new("Claim decision", "disposition type", "created", Values: "total.amount"),
        ["ClinicalImpression"] = new("Assessment", "summary description code", "effective date"),
        ["Communication"] = new("Message", "topic category payload.content", "sent received"),
        ["Composition"] = new("Document", "title type", "date"),
        ["Condition"] = new("Condition", "code", "onset recordedDate", "clinicalStatus"),
        ["Consent"] = new("Consent", "category scope", "dateTime"),
        ["Contract"] = new("Contract", "title name subType type", "applies issued"),
        ["Coverage"] = new("Insurance", "payor type class.name", "period"),
        ["DetectedIssue"] = new("Warning", "code detail", "identified"),
        ["Device"] = new("Device", "deviceName.name type modelNumber udiCarrier.deviceIdentifier", "manufactureDate"),
        ["DeviceRequest"] = new("Device order", "code", "occurrence authoredOn"),
        ["DeviceUseStatement"] = new("Device use", "device reasonCode", "timing recordedOn"),
        ["DiagnosticReport"] = new("Report", "code category", "effective issued", Values: "conclusion conclusionCode"),
        ["DocumentManifest"] = new("Document list", "description type", "created"),
        ["DocumentReference"] = new("Document", "description type content.attachment.title category", "date context.period"),
        ["Encounter"] = new("Visit", "type serviceType reasonCode class", "period"),
        ["EpisodeOfCare"] = new("Episode of care", "type", "period"),
        ["ExplanationOfBenefit"] = new("Insurance statement", "item.productOrService type", "billablePeriod created", Values: "payment.amount total.amount"),
        ["FamilyMemberHistory"] = new("Family history", "relationship", "date"),
        ["Flag"] = new("Alert", "code category", "period"),
        ["Goal"] = new("Goal", "description", "start statusDate", "lifecycleStatus"),
        ["Group"] = new("Group", "name code type", Status: ""),
        ["ImagingStudy"] = new("Imaging", "description procedureCode series.description series.modality modality", "started"),
        ["Immunization"] = new("Vaccination", "vaccineCode", "occurrence recorded"),
        ["ImmunizationRecommendation"] = new("Vaccination advice", "recommendation.vaccineCode", "date", ""),
        ["List"] = new("List", "title code", "date"),
        ["Location"] = new("Place", "name description type"),
        ["Media"] = new("Picture or recording", "content.title type modality", "created issued"),
        ["Medication"] = new("Medication", "code ingredient.item", ""),
        ["MedicationAdministration"] = new("Medication given", "medication", "effective", Values: "dosage.text dosage.dose"),
        ["MedicationDispense"] = new("Medication handed out", "medication", "whenHandedOver whenPrepared", Values: "dosageInstruction.text quantity"),
        ["MedicationRequest"] = new("Prescription", "medication", "authoredOn", Values: "dosageInstruction.text"),
        ["MedicationStatement"] = new("Medication", "medication", "effective dateAsserted", Values: "dosage.text"),
        ["NutritionOrder"] = new("Diet", "oralDiet.type supplement.type enteralFormula.baseFormulaType", "dateTime"),
        ["Observation"] = new("Observation", "code", "effective issued", Values: "value"),
        ["Organization"] = new("Organisation", "name type", Status: ""),
        ["Patient"] = new("Patient", "name", "birthDate", ""),
        ["Person"] = new("Person", "name", "birthDate", ""),
        ["Practitioner"] = new("Professional", "name", Status: ""),
        ["PractitionerRole"] = new("Professional", "practitioner code specialty", "period", ""),
        ["Procedure"] = new("Procedure", "code category", "performed"),
        ["Provenance"] = new("Source", "activity agent.who", "occurred recorded", ""),
        ["Questionnaire"] = new("Questionnaire", "title name", "date"),
        ["QuestionnaireResponse"] = new("Questionnaire answers", "questionnaire", "authored"),
        ["RelatedPerson"] = new("Related person", "name relationship", "period", ""),
        ["RiskAssessment"] = new("Risk assessment", "code prediction.outcome method", "occurrence", Values: "prediction.probability"),
        ["Schedule"] = new("Schedule", "serviceType comment", "planningHorizon", ""),
        ["ServiceRequest"] = new("Order", "code category", "occurrence authoredOn"),
        ["Slot"] = new("Free time", "serviceType comment", "start"),
        ["Specimen"] = new("Sample", "type", "collection.collected receivedTime"),
        ["SupplyDelivery"] = new("Delivery", "suppliedItem.item type", "occurrence"),
        ["SupplyRequest"] = new("Supply order", "item", "occurrence authoredOn"),
        ["Task"] = new("Task", "description code", "executionPeriod authoredOn"),
        ["VisionPrescription"] = new("Glasses prescription", "lensSpecification.product", "dateWritten created"),
    }.ToFrozenDictionary();

    /// <summary>The rule for a type; for types of which people know little, one that looks in the usual places.</summary>
    public static SummaryRule For(string resourceType) => Rules.TryGetValue(resourceType, out var rule)
        ? rule
        : new(Words(resourceType), "title name code type category description", "period date created recorded authoredOn issued");

    /// <summary>Cuts a type name into words: <c>Substance nucleic acid</c>.</summary>
    private static string Words(string type)
    {
        var words = string.Concat(type.Select((c, i) => i > 0 && char.IsAsciiLetterUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}"));
        return words;
    }
}
