namespace Rapport.Gathering.Tests;

/// <summary>C-CDA as a hospital writes it, of people who do not exist.</summary>
internal static class CcdaMake
{
    internal const string Loinc = "codeSystem=\"2.16.840.1.113883.6.1\"";
    internal const string Snomed = "codeSystem=\"2.16.840.1.113883.6.96\"";
    internal const string RxNorm = "codeSystem=\"2.16.840.1.113883.6.88\"";
    internal const string T = "2.16.840.1.113883.10.20.22.4.";

    internal const string Author = """
        <author><time value="20240110093000-0500"/><assignedAuthor><id root="2.16.840.1.113883.4.6" extension="1234567893"/><telecom use="WP" value="tel:+1-555-0100"/>
        <assignedPerson><name><prefix>Dr.</prefix><given>Ines</given><family>Calder</family></name></assignedPerson>
        <representedOrganization><id root="2.999.7"/><name>North Lake Clinic</name></representedOrganization></assignedAuthor></author>
        """;

    internal const string Patient = """
        <recordTarget><patientRole><id root="2.999.1" extension="A-17"/><addr use="HP"><streetAddressLine>5 Quay Lane</streetAddressLine><city>Fernbay</city><state>ME</state><postalCode>04000</postalCode></addr>
        <telecom use="MC" value="tel:+1-555-0199"/><patient><name use="L"><given>Maya</given><family>Ortiz</family></name><administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="19800201"/>
        <raceCode code="2106-3" codeSystem="2.16.840.1.113883.6.238" displayName="White"/><ethnicGroupCode code="2135-2" codeSystem="2.16.840.1.113883.6.238" displayName="Hispanic or Latino"/>
        <languageCommunication><languageCode code="spa"/><preferenceInd value="true"/></languageCommunication></patient></patientRole></recordTarget>
        """;

    /// <summary>A document of these sections.</summary>
    internal static string Document(string sections, string header = "", string patient = Patient) => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:sdtc="urn:hl7-org:sdtc">
        <templateId root="2.16.840.1.113883.10.20.22.1.1" extension="2015-08-01"/><id root="2.999.2" extension="doc-1"/><code code="34133-9" {Loinc} displayName="Summary of episode note"/>
        <title>Visit summary</title><effectiveTime value="20240110120000-0500"/><confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/><languageCode code="en-US"/>
        {patient}{Author}<custodian><assignedCustodian><representedCustodianOrganization><id root="2.999.7"/><name>North Lake Clinic</name></representedCustodianOrganization></assignedCustodian></custodian>{header}
        <component><structuredBody>{sections}</structuredBody></component></ClinicalDocument>
        """;

    internal static string Section(string code, string title, string text, params string[] entries) =>
        $"<component><section><code code=\"{code}\" {Loinc}/><title>{title}</title><text>{text}</text>{string.Concat(entries.Select(entry => $"<entry>{entry}</entry>"))}</section></component>";

    internal static string Allergy(string inner = "", string value = "416098002", string participant = "<code code=\"7980\" codeSystem=\"2.16.840.1.113883.6.88\" displayName=\"penicillin G\"/>", string negation = "", string status = "active") => $"""
        <act classCode="ACT" moodCode="EVN"><templateId root="{T}30"/><id root="2.999.3" extension="c-{value}"/><code code="CONC" codeSystem="2.16.840.1.113883.5.6"/><statusCode code="{status}"/>
        <entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN" {negation}><templateId root="{T}7" extension="2014-06-09"/><id root="2.999.3" extension="o-{value}"/><code code="ASSERTION" codeSystem="2.16.840.1.113883.5.4"/>
        <statusCode code="completed"/><effectiveTime><low value="200605"/></effectiveTime><value xsi:type="CD" code="{value}" {Snomed}/>
        <participant typeCode="CSM"><participantRole classCode="MANU"><playingEntity classCode="MMAT">{participant}</playingEntity></participantRole></participant>{inner}</observation></entryRelationship></act>
        """;

    internal static string Reaction(string code, string severity) => $"""
        <entryRelationship typeCode="MFST" inversionInd="true"><observation classCode="OBS" moodCode="EVN"><templateId root="{T}9"/><code code="ASSERTION" codeSystem="2.16.840.1.113883.5.4"/><value xsi:type="CD" code="{code}" {Snomed} displayName="Hives"/>
        <entryRelationship typeCode="SUBJ" inversionInd="true"><observation classCode="OBS" moodCode="EVN"><templateId root="{T}8"/><code code="SEV" codeSystem="2.16.840.1.113883.5.4"/><value xsi:type="CD" code="{severity}" {Snomed}/></observation></entryRelationship></observation></entryRelationship>
        """;

    internal static string Problem(string effective, string status = "", string negation = "", string concern = "active", string value = "<value xsi:type=\"CD\" code=\"195967001\" codeSystem=\"2.16.840.1.113883.6.96\" displayName=\"Asthma\"><originalText><reference value=\"#p1\"/></originalText><translation code=\"J45.909\" codeSystem=\"2.16.840.1.113883.6.90\"/></value>") => $"""
        <act classCode="ACT" moodCode="EVN"><templateId root="{T}3"/><id root="2.999.4" extension="1"/><code code="CONC" codeSystem="2.16.840.1.113883.5.6"/><statusCode code="{concern}"/>
        <entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN" {negation}><templateId root="{T}4"/><id root="2.999.4" extension="1"/><code code="64572001" {Snomed} displayName="Condition"/><statusCode code="completed"/>
        <effectiveTime>{effective}</effectiveTime>{value}{Author}{(status.Length == 0 ? "" : $"<entryRelationship typeCode=\"REFR\"><observation classCode=\"OBS\" moodCode=\"EVN\"><templateId root=\"{T}6\"/><code code=\"33999-4\" {Loinc}/><value xsi:type=\"CD\" code=\"{status}\" {Snomed}/></observation></entryRelationship>")}</observation></entryRelationship></act>
        """;

    internal static string Medicine(string times, string rest = "", string mood = "EVN", string attributes = "", string status = "active", string product = "<code code=\"197806\" codeSystem=\"2.16.840.1.113883.6.88\" displayName=\"ibuprofen 600 MG Oral Tablet\"/>") => $"""
        <substanceAdministration classCode="SBADM" moodCode="{mood}" {attributes}><templateId root="{T}16"/><id root="2.999.5" extension="{mood}1"/><statusCode code="{status}"/>{times}
        <routeCode code="C38288" codeSystem="2.16.840.1.113883.3.26.1.1" displayName="Oral"/><doseQuantity value="1"/><administrationUnitCode code="C48542" codeSystem="2.16.840.1.113883.3.26.1.1" displayName="Tablet"/>
        <consumable><manufacturedProduct><manufacturedMaterial>{product}</manufacturedMaterial></manufacturedProduct></consumable>{rest}</substanceAdministration>
        """;

    internal static string Result(string value, string rest = "", string status = "completed", string code = "2345-7") => $"""
        <organizer classCode="BATTERY" moodCode="EVN"><templateId root="{T}1"/><id root="2.999.6" extension="b1"/><code code="24323-8" {Loinc} displayName="Metabolic panel"/><statusCode code="completed"/>
        <component><observation classCode="OBS" moodCode="EVN"><templateId root="{T}2"/><id root="2.999.6" extension="r1"/><code code="{code}" {Loinc} displayName="Glucose"/><statusCode code="{status}"/>
        <effectiveTime value="202401100830-0500"/>{value}{rest}</observation></component></organizer>
        """;

    internal static string Vital(string code, string value, string unit, string time = "20240110093000-0500") =>
        $"<component><observation classCode=\"OBS\" moodCode=\"EVN\"><templateId root=\"{T}27\"/><id root=\"2.999.8\" extension=\"{code}\"/><code code=\"{code}\" {Loinc}/><statusCode code=\"completed\"/><effectiveTime value=\"{time}\"/><value xsi:type=\"PQ\" value=\"{value}\" unit=\"{unit}\"/></observation></component>";

    internal static string Vitals(params string[] signs) =>
        $"<organizer classCode=\"CLUSTER\" moodCode=\"EVN\"><templateId root=\"{T}26\"/><id root=\"2.999.8\" extension=\"v\"/><code code=\"46680005\" {Snomed} displayName=\"Vital signs\"/><statusCode code=\"completed\"/><effectiveTime value=\"20240110093000-0500\"/>{string.Concat(signs)}</organizer>";

    internal static string Social(string template, string code, string value) =>
        $"<observation classCode=\"OBS\" moodCode=\"EVN\"><templateId root=\"{template}\"/><id root=\"2.999.9\" extension=\"{code}{template.Length}\"/><code code=\"{code}\" {Loinc}/><statusCode code=\"completed\"/><effectiveTime value=\"20240110\"/>{value}</observation>";

    /// <summary>A document with something of all kinds.</summary>
    internal static string Full() => Document(
        Section("48765-2", "Allergies", "<table><tbody><tr><td ID=\"a1\">Penicillin</td><td>Hives</td></tr></tbody></table>", Allergy(Reaction("126485001", "6736007")))
        + Section("11450-4", "Problems", "<list><item ID=\"p1\">Asthma since 2010</item></list>", Problem("<low value=\"2010\"/>", "55561003"))
        + Section("10160-0", "Medicines", "<paragraph>Ibuprofen</paragraph>", Medicine("<effectiveTime xsi:type=\"IVL_TS\"><low value=\"20231201\"/></effectiveTime><effectiveTime xsi:type=\"PIVL_TS\" operator=\"A\"><period value=\"8\" unit=\"h\"/></effectiveTime>", "<precondition><criterion><value xsi:type=\"CD\" code=\"22253000\" codeSystem=\"2.16.840.1.113883.6.96\" displayName=\"Pain\"/></criterion></precondition>"))
        + Section("30954-2", "Results", "<content>Glucose 98</content>", Result("<value xsi:type=\"PQ\" value=\"98.0\" unit=\"mg/dL\"/>", "<interpretationCode code=\"N\" codeSystem=\"2.16.840.1.113883.5.83\"/><referenceRange><observationRange><value xsi:type=\"IVL_PQ\"><low value=\"70\" unit=\"mg/dL\"/><high value=\"99\" unit=\"mg/dL\"/></value></observationRange></referenceRange>"))
        + Section("8716-3", "Vital signs", "", Vitals(Vital("8480-6", "121", "mm[Hg]"), Vital("8462-4", "79", "mm[Hg]"), Vital("8867-4", "64", "/min")))
        + Section("29762-2", "Social history", "", Social(T + "78", "72166-2", $"<value xsi:type=\"CD\" code=\"8517006\" {Snomed} displayName=\"Former smoker\"/>")),
        "<componentOf><encompassingEncounter><id root=\"2.999.10\" extension=\"e1\"/><code code=\"AMB\" codeSystem=\"2.16.840.1.113883.5.4\"/><effectiveTime><low value=\"20240110090000-0500\"/><high value=\"20240110100000-0500\"/></effectiveTime></encompassingEncounter></componentOf>");
}
