"""Which traits of a candidate count, alone and together; a learned model is saved with the templates it learned by."""

from __future__ import annotations


def _listed(templates: str) -> tuple[str, ...]:
    return tuple(templates.split())


_AROUND = _listed("""
    shape left right left2 right2 left_word right_word at_word end_word
    first+length second+length last+length first2 last2 whole_word
    rule rule+shape rule+left_cue+right_cue repeats+length
    left+shape right+shape last+right
    left_class+length right_class+length left_class+right_class left2_class+left_class right_class+right2_class
    at_class+end_class+length whole_class+length
    left_cue+right_cue+length left_cue+right_tag right_cue+left_tag left_tag+right left+right_tag
""")
PERSON = _AROUND + _listed("""
    given+length given+surname+shape given1+given2+length given+first
    given+surname+left given+surname+right given+surname+rule given+surname+left_cue given+surname+at_class
    given+surname+left_tag+right_tag
    sharing+rule sharing+given+surname+repeats
""")
PLACE = _AROUND + _listed("""
    division division+shape division+left division+right division+left_word division+right_word
    last+division division+rule division+left_tag+right_tag division+left_cue+right
    tail town+division places+opening+level smaller+opening+level smaller+division+left_word
    smaller+division+right_word depth+division
    last2+shape last2+at_class+length last2+left_cue last2+right_cue last2+left_tag+right_tag last2+division
""")
THING = _listed("""
    kind kind+rule kind+shape kind+rule+shape kind+left kind+right kind+left2 kind+right2 kind+left3 kind+right3
    kind+left_word kind+right_word kind+left2_word kind+right2_word kind+at_word kind+end_word kind+whole_word kind+whole_word+rule
    kind+length+first kind+length+last kind+first2 kind+last2 kind+left+right kind+repeats+length
    kind+left_class+length kind+right_class+length kind+left_class+right_class kind+at_class+end_class+length
    kind+left_cue+right_cue kind+left_tag+right_tag kind+left_word+right kind+left+right_word kind+end_word+right
    kind+end_word+left kind+at_word+left kind+rule+left kind+rule+right kind+last+right kind+first+left
    kind+figures kind+figures+right kind+figures+left kind+figures+left2 kind+figures+right_word
    kind+opens kind+rest kind+opens+rest kind+opens+last2 kind+opens+ending kind+opens+right kind+opens+right_word kind+opens+left_word
    kind+opens+rest_class+length kind+ending+shape kind+end_word+stem_class kind+end_word+stem_length kind+end_word+opens+stem_length
    kind+last2+stem_class+opens kind+end_word+left_cue kind+end_word+left_class kind+stem_class+stem_length+opens kind+last+stem_class+stem_length
    kind+near=left_word kind+near=left2_word kind+near=left3_word kind+beyond=right_word kind+beyond=right2_word
""")
"""Posts, bodies, programmes, sums and times: every trait counts for each kind apart."""
ROLE = _listed("""
    rule_role rule_role+sure told told+rule_role rank length where tail_of head_of
    left left2 left3 left4 right right2 right3 right4 around=left+right
    left_word left_word2 left_word3 right_word right_word2 right_word3
    left_near=left_word left_near=left_word2 left_near=left_word3
    left_near=left_word4 left_near=left_word5 left_near=left_word6
    right_near=right_word right_near=right_word2 right_near=right_word3
    right_near=right_word4 right_near=right_word5 right_near=right_word6
    left_word+left_word2 left_word+right_word right_word+right_word2
    told+left_word told+right_word rule_role+left_word rule_role+right_word
""")
"""How whoever is spoken of is spoken of; the words near on a side count as a bag."""
