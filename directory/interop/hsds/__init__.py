"""Open Referral HSDS 3.1 (https://docs.openreferral.org/en/3.1/): our entries as its objects, and its objects as rows.

This table is the whole mapping; the first column is the official field, and what has none there is an attribute of our
own taxonomy "Thông tin thêm" (``names.DETAILS``), so that our own documents come back in as they went out.

=======================================  =====================================================================
HSDS                                     ours
=======================================  =====================================================================
organization.id, name                    Provider.uuid, name; ``description``, which is required there, is the name
service.id, name, description, url       Service.uuid, name, description, website
service.status, alert                    Offering.closed_on, reopens_on: "temporarily closed" while no offering is
                                         open; closed for good = "defunct", in no list; alert says until when
service.fees_description, cost_options   Offering.fees; an option of 0 VND when the text says "free"
service.eligibility_description          Offering.eligibility
service.required_documents               Offering.documents
service.languages                        Offering.languages
service.assured_date                     the oldest Offering.verified_on
service.phones, schedules                those of its offerings
service.last_modified                    the latest change of any of its parts
service.attributes                       Service.categories (link_type "service_category")
service_at_location.id, phones           Offering.uuid, phones
service_at_location.schedules            Offering.opening_hours as weekly rules; the OSM text is a detail
service_at_location.attributes           Offering.facts (link_type "fact") and the details
service_at_location.service_areas        the province of a hidden place, the only thing that may be known of it
location.id, name, latitude, longitude   Site.uuid, name, latitude, longitude
location.location_type                   "physical"; "virtual" for a hidden place
location.address_visibility (profile)    Site.visibility: public, partial, hidden
location.accessibility                   Site.wheelchair
location.attributes                      GSO codes of the ward and the former ward, and its former name
address.address_1, city, state_province  Site.address (or the ward again, where there is none), ward, province
address.postal_code                      none: the profile does not require it
metadata (of each)                       FieldChange, never of a place that is kept back, never by name of a person
attribute.taxonomy_term                  subjects by slug, facts, details: ids made from the words, the same everywhere
=======================================  =====================================================================

What a service has several of by place (fees, documents …) HSDS has once: the service says all of them in lines, and
the details of each service_at_location say its own.
"""
