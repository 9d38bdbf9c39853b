namespace Rapport.Gathering;

/// <summary>All that is measured now and then, in each unit in which people, devices and laboratories tell it: the one place for codes, units and what a body can have.</summary>
internal static class Measurands
{
    /// <summary>Those of one name together, the unit first that its code is mostly told in.</summary>
    internal static IReadOnlyList<Measurand> All { get; } =
    [
        Vital(Measurand.Systolic, "8480-6", "Systolic blood pressure", "mm[Hg]", "mmHg", 30, 350).Plain().Rare(60, 260),
        Vital(Measurand.Diastolic, "8462-4", "Diastolic blood pressure", "mm[Hg]", "mmHg", 20, 250).Plain().Rare(30, 160),
        Dense(MeasurandGroup.Vital, "pulse", Metrics.HeartRate).Plain().Rare(30, 230),
        Dense(MeasurandGroup.Vital, "oxygen", Metrics.OxygenSaturation).Plain().Also("2708-6").Rare(70, 100),
        Dense(MeasurandGroup.Vital, "temperature", Metrics.BodyTemperature).Rare(33, 42.5m),
        Vital("temperature", "8310-5", "Body temperature", "[degF]", "°F", 68, 115).Rare(91, 108.5m),
        Dense(MeasurandGroup.Vital, "respiratory-rate", Metrics.RespiratoryRate).Plain().Rare(5, 70),
        Vital("peak-flow", "19935-6", "Maximum expiratory gas flow Respiratory system airway by Peak flow meter", "L/min", "L/min", 20, 1200).In("procedure").Rare(50, 900),
        Body("weight", "29463-7", "Body weight", "kg", "kg", 0.2m, 700).Usual(2, 90).Also("3141-9").Rare(1.5m, 300),
        Body("weight", "29463-7", "Body weight", "[lb_av]", "lb", 0.5m, 1500).Usual(160, 500).Rare(3, 660),
        Body("height", "8302-2", "Body height", "cm", "cm", 20, 280).Usual(100, 280).Rare(40, 230),
        Body("height", "8302-2", "Body height", "[in_i]", "in", 8, 110).Usual(8, 85).Rare(16, 90),
        Body("bmi", "39156-5", "Body mass index (BMI) [Ratio]", "kg/m2", "kg/m2", 5, 200).Plain().Rare(9, 80),
        Body("body-fat", "41982-0", "Percentage of body fat Measured", "%", "%", 1, 80).In("exam").Plain().Rare(3, 70),
        Body("waist", "8280-0", "Waist Circumference at umbilicus by Tape measure", "cm", "cm", 20, 300).Usual(50, 300).Rare(30, 220),
        Body("waist", "8280-0", "Waist Circumference at umbilicus by Tape measure", "[in_i]", "in", 8, 120).Usual(8, 45).Rare(12, 86),
        Dense(MeasurandGroup.Blood, "glucose", Metrics.Glucose).Usual(40, 2000).Also("2345-7").Rare(30, 700),
        Blood("glucose", "15074-8", "Glucose [Moles/volume] in Blood", "mmol/L", "mmol/L", 0.3m, 110).Usual(1, 33).Also("14749-6").Rare(1.6m, 39),
        Dense(MeasurandGroup.Blood, "interstitial-glucose", Metrics.InterstitialGlucose).Usual(40, 2000).Rare(30, 700),
        Blood("interstitial-glucose", "105272-9", "Glucose [Moles/volume] in Interstitial fluid", "mmol/L", "mmol/L", 0.3m, 110).Usual(1, 33).Rare(1.6m, 39),
        Blood("hba1c", "4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "%", "%", 2, 25).Usual(3, 18).Rare(3.5m, 18),
        Blood("hba1c", "59261-8", "Hemoglobin A1c/Hemoglobin.total in Blood by IFCC protocol", "mmol/mol", "mmol/mol", 5, 250).Usual(20, 180).Rare(15, 175),
        Blood("cholesterol", "2093-3", "Cholesterol [Mass/volume] in Serum or Plasma", "mg/dL", "mg/dL", 10, 2000).Usual(60, 2000).Rare(60, 700),
        Blood("cholesterol", "14647-2", "Cholesterol [Moles/volume] in Serum or Plasma", "mmol/L", "mmol/L", 0.2m, 52).Usual(0.2m, 30).Rare(1.5m, 18),
        Blood("hdl", "2085-9", "Cholesterol in HDL [Mass/volume] in Serum or Plasma", "mg/dL", "mg/dL", 1, 300).Usual(12, 300).Rare(10, 150),
        Blood("hdl", "14646-4", "Cholesterol in HDL [Moles/volume] in Serum or Plasma", "mmol/L", "mmol/L", 0.02m, 8).Usual(0.02m, 6).Rare(0.25m, 4),
        Blood("ldl", "2089-1", "Cholesterol in LDL [Mass/volume] in Serum or Plasma", "mg/dL", "mg/dL", 1, 1500).Usual(20, 1500).Rare(10, 500),
        Blood("ldl", "22748-8", "Cholesterol in LDL [Moles/volume] in Serum or Plasma", "mmol/L", "mmol/L", 0.02m, 40).Usual(0.02m, 15).Rare(0.25m, 13),
        Blood("triglycerides", "2571-8", "Triglyceride [Mass/volume] in Serum or Plasma", "mg/dL", "mg/dL", 5, 15000).Usual(30, 15000).Rare(20, 3000),
        Blood("triglycerides", "14927-8", "Triglyceride [Moles/volume] in Serum or Plasma", "mmol/L", "mmol/L", 0.05m, 170).Usual(0.05m, 25).Rare(0.2m, 34),
        Blood("creatinine", "2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "mg/dL", "mg/dL", 0.05m, 40).Usual(0.05m, 15).Rare(0.2m, 20),
        Blood("creatinine", "14682-9", "Creatinine [Moles/volume] in Serum or Plasma", "umol/L", "µmol/L", 5, 3500).Usual(20, 3500).Rare(15, 1800),
        Blood("urate", "3084-1", "Urate [Mass/volume] in Serum or Plasma", "mg/dL", "mg/dL", 0.1m, 50).Usual(0.1m, 30).Rare(0.5m, 20),
        Blood("urate", "14933-6", "Urate [Moles/volume] in Serum or Plasma", "umol/L", "µmol/L", 5, 3000).Usual(60, 3000).Rare(30, 1200),
        Blood("potassium", "2823-3", "Potassium [Moles/volume] in Serum or Plasma", "mmol/L", "mmol/L", 1, 12).Plain().Rare(2, 8),
        Blood("sodium", "2951-2", "Sodium [Moles/volume] in Serum or Plasma", "mmol/L", "mmol/L", 80, 220).Plain().Rare(105, 175),
        Blood("hemoglobin", "718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", "g/dL", 1, 30).Usual(4, 25).Rare(4, 23),
        Blood("hemoglobin", "59260-0", "Hemoglobin [Moles/volume] in Blood", "mmol/L", "mmol/L", 0.5m, 19).Rare(2.5m, 14.5m),
        Blood("hemoglobin", "718-7", "Hemoglobin [Mass/volume] in Blood", "g/L", "g/L", 10, 300).Usual(40, 250).Rare(40, 230),
        Blood("tsh", "3016-3", "Thyrotropin [Units/volume] in Serum or Plasma", "m[IU]/L", "mIU/L", 0, 1000).Plain().Rare(0, 150),
        Blood("crp", "1988-5", "C reactive protein [Mass/volume] in Serum or Plasma", "mg/L", "mg/L", 0, 1000).Rare(0, 500),
        Blood("inr", "6301-6", "INR in Platelet poor plasma by Coagulation assay", "{INR}", "INR", 0.3m, 30).Plain().Rare(0.7m, 12),
    ];

    private static Measurand Vital(string name, string loinc, string display, string unit, string unitText, decimal low, decimal high) => new(MeasurandGroup.Vital, name, loinc, display, unit, unitText, low, high);

    private static Measurand Body(string name, string loinc, string display, string unit, string unitText, decimal low, decimal high) => new(MeasurandGroup.Body, name, loinc, display, unit, unitText, low, high);

    private static Measurand Blood(string name, string loinc, string display, string unit, string unitText, decimal low, decimal high) => new(MeasurandGroup.Blood, name, loinc, display, unit, unitText, low, high);

    /// <summary>What becomes a series where there is much of it: code, unit and range are those of the series.</summary>
    private static Measurand Dense(MeasurandGroup group, string name, Metric metric) =>
        new(group, name, metric.Loinc!, metric.Display, metric.Unit, metric.UnitText, (decimal)metric.Low, (decimal)metric.High) { Metric = metric };
}
